import { setTimeout as pause } from 'node:timers/promises';
import type { RunningFleet } from '../fleet/fleet.ts';
import { FIRES, type Fire } from './fires.ts';

/** How often the alarm is asked whether it is over. */
const LOOK_MS = 1000;

export interface Burning {
  readonly fire: Fire;
  readonly instanceId: string;
}

export interface FireControlDeps {
  readonly fleet: RunningFleet;
  readonly say: (text: string) => void;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`, as CloudWatch says. */
  readonly alarmState: () => Promise<string>;
}

/**
 * Lights fires and puts them out, one at a time: an alarm that is on already tells nothing new, so the next fire waits
 * until CloudWatch has seen the end of the last one.
 */
export class FireControl {
  burning: Burning | null = null;
  /** What is being waited for, in words. */
  busy: string | null = null;
  private readonly deps: FireControlDeps;
  private turn: Promise<unknown> = Promise.resolve();
  private next = 1;

  constructor(deps: FireControlDeps) {
    this.deps = deps;
  }

  /** Lights the fire on an instance, after the end of the one that burns. */
  ignite(fire: Fire, signal: AbortSignal): Promise<void> {
    return this.inTurn(async () => {
      await this.end(signal);
      const { fleet, say } = this.deps;
      const victim = fleet.instances[this.next++ % fleet.instances.length];
      if (!victim) throw new Error('the fleet is empty');
      await fire.start(fleet, victim.id);
      this.burning = { fire, instanceId: victim.id };
      say(`FIRE        ${fire.title}, on ${victim.id}`);
    });
  }

  extinguish(): Promise<void> {
    return this.inTurn(() => this.putOut());
  }

  /** The same fire, or the first, on the next instance. */
  move(signal: AbortSignal): Promise<void> {
    return this.ignite(this.burning?.fire ?? FIRES[0], signal);
  }

  private async end(signal: AbortSignal): Promise<void> {
    await this.putOut();
    if ((await this.deps.alarmState()) !== 'ALARM') return;
    this.busy = 'the next fire waits until the alarm is over';
    this.deps.say(`waiting     ${this.busy}`);
    while ((await this.deps.alarmState()) === 'ALARM') await pause(LOOK_MS, undefined, { signal });
    this.busy = null;
  }

  private async putOut(): Promise<void> {
    if (this.burning === null) return;
    const { fire, instanceId } = this.burning;
    this.burning = null;
    await fire.stop(this.deps.fleet, instanceId);
    this.deps.say(`OUT         the fire on ${instanceId}`);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.turn.then(work).finally(() => {
      this.busy = null;
    });
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}
