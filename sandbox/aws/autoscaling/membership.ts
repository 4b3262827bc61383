import type { HealthStatus, Lifecycle, SandboxInstance } from '../../fleet/instance.ts';
import { AwsFault } from '../aws-fault.ts';
import type { Context } from '../context.ts';

const fault = (message: string) => new AwsFault('ValidationError', message);

/** What the operations have made of the instances of the fleet, which say only how they began. */
export class Membership {
  private readonly context: Context;
  private readonly lifecycles = new Map<string, Lifecycle>();
  private readonly healths = new Map<string, HealthStatus>();

  constructor(context: Context) {
    this.context = context;
  }

  /** Of any group, also of those that are gone. */
  grouped(): readonly SandboxInstance[] {
    return this.context.fleet.instances.filter((instance) => instance.groupName !== '');
  }

  /** Who has not been terminated or detached, those in warm pools included. */
  members(): readonly SandboxInstance[] {
    return this.grouped().filter((instance) => instance.state !== 'terminated' && !instance.detachedAt);
  }

  /** A group lists who is in it; its warm pool is another list. */
  ofGroup(name: string): { readonly inside: readonly SandboxInstance[]; readonly warm: readonly SandboxInstance[] } {
    const all = this.members().filter((each) => each.groupName === name);
    const isWarm = (each: SandboxInstance) => this.lifecycle(each).startsWith('Warmed:');
    return { inside: all.filter((each) => !isWarm(each)), warm: all.filter(isWarm) };
  }

  /** Of those inside, as many as the group wants to be in service. */
  capacity(name: string): number {
    return this.ofGroup(name).inside.filter((each) => this.lifecycle(each) !== 'Standby').length;
  }

  lifecycle({ id, lifecycle }: SandboxInstance): Lifecycle {
    return this.lifecycles.get(id) ?? lifecycle ?? 'InService';
  }

  health({ id, healthStatus }: SandboxInstance): HealthStatus {
    return this.healths.get(id) ?? healthStatus ?? 'Healthy';
  }

  /** All of them, or none: each must be of the group and in the state that it leaves. */
  move(group: string, ids: readonly string[], from: Lifecycle, to: Lifecycle): void {
    for (const id of ids) {
      const instance = this.members().find((each) => each.id === id && each.groupName === group);
      if (!instance) throw fault(`The instance ${id} is not part of Auto Scaling group ${group}.`);
      if (this.lifecycle(instance) !== from) throw fault(`The instance ${id} is not in ${from}.`);
    }
    for (const id of ids) this.lifecycles.set(id, to);
  }

  setHealth(id: string, health: HealthStatus): void {
    if (!this.members().some((each) => each.id === id))
      throw fault(`Instance Id not found - No managed instance found for instance ID: ${id}`);
    this.healths.set(id, health);
  }
}
