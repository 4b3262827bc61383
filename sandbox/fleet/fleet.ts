import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCgroup } from './cgroup.ts';
import type { CompanionMessage } from './companion-messages.ts';
import { CgroupAccount, ProcessAccount } from './cpu-account.ts';
import { FleetInstance, type InstanceFacts } from './fleet-instance.ts';
import { HostFacts } from './host-facts.ts';
import type { SandboxFleet } from './instance.ts';
import type { Isolation, IsolationOptions } from './isolation.ts';
import { crowd, type Job } from './job.ts';
import { badTemplate, CUSTOMERS, goodTemplate, NEWSLETTER_CUSTOMER } from './load/mails.ts';
import { Namespaces } from './namespaces.ts';
import { whyNoOwnNetwork } from './network/own-network.ts';
import { NODE_FLAGS } from './paths.ts';
import { Session } from './session.ts';

const REGION = 'us-east-1';
/** How often the instances' /proc/stat is written: ten times as often as tools that look once a second. */
const REFRESH_MS = 100;
/** Makes each instance use about a quarter of a core. */
const REQUESTS_PER_SECOND = 30;

export interface FleetOptions {
  /** Default 3. */
  readonly instances?: number;
  /** Default `web-prod`. */
  readonly groupName?: string;
  /** vCPUs that each instance believes to have; default 2. */
  readonly cpus?: number;
  /** Load on each instance; default 30. */
  readonly requestsPerSecond?: number;
  /** `session` does without namespaces, `namespaces` fails without them; by default what the machine allows. */
  readonly isolation?: 'namespaces' | 'session';
  /** For the services' node; by default those that give perf names. */
  readonly nodeFlags?: readonly string[];
}

export interface RunningFleet extends SandboxFleet {
  /** `session` when the machine does not allow namespaces: instances then see each other. */
  readonly isolation: 'namespaces' | 'session';
  /** Why the instances share the machine's network; null when each has its own. */
  readonly sharedNetwork: string | null;
  readonly groupName: string;
  /** Gives the instance the bad template; each newsletter then costs a hundred times as much. */
  startOverload(instanceId: string): Promise<void>;
  stopOverload(instanceId: string): Promise<void>;
  /** What the newsletter customer has set, of a kind that `sandbox/mail-ingest/src/spool.js` knows. */
  configure(instanceId: string, kind: string, text: string): Promise<void>;
  /** A program beside the service, until `stopJob` or the end of the instance; one at a time. */
  startJob(instanceId: string, job: Job): void;
  stopJob(instanceId: string): Promise<void>;
  /** So many busy loops in the instance, and so on the machine, as its job. */
  startCrowd(instanceId: string, loops: number): void;
  /** Every instance reaches this port of the machine's 127.0.0.1 at the same address: there is the sandbox's AWS. */
  openWayOut(port: number): Promise<void>;
  terminate(instanceId: string): Promise<void>;
  /** Whether its SSM agent answers; the service goes on. */
  setOffline(instanceId: string, offline: boolean): void;
  /** Ends all processes and removes what was made on the machine. */
  close(): Promise<void>;
}

/** Starts the instances with their services and the load on them; resolves when all services answer. */
export async function startFleet(options: FleetOptions = {}): Promise<RunningFleet> {
  const fleet = new Fleet(options);
  try {
    await fleet.start();
    return fleet;
  } catch (error) {
    await fleet.close();
    throw error;
  }
}

class Fleet implements RunningFleet {
  readonly groupName: string;
  readonly instances: FleetInstance[] = [];
  private isolationKind: 'namespaces' | 'session';
  private readonly noOwnNetwork: string | null;
  private readonly options: FleetOptions;
  private readonly folder = mkdtempSync(join(tmpdir(), 'smokejumper-fleet-'));
  private readonly cgroup: string | null;
  private readonly cgroups: string[] = [];
  private readonly tagged: string[] = [];
  private readonly companion: ChildProcess;
  private readonly isolations: Isolation[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(options: FleetOptions) {
    this.options = options;
    this.groupName = options.groupName ?? 'web-prod';
    this.isolationKind = options.isolation ?? 'namespaces';
    this.noOwnNetwork = whyNoOwnNetwork();
    this.cgroup = makeCgroup(`smokejumper-${randomBytes(4).toString('hex')}`);
    this.companion = spawn(process.execPath, [join(import.meta.dirname, 'companion.ts')], {
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.registerBelongings();
  }

  get isolation(): 'namespaces' | 'session' {
    return this.isolationKind;
  }

  get sharedNetwork(): string | null {
    return this.isolationKind === 'session' ? 'they have no namespaces' : this.noOwnNetwork;
  }

  async start(): Promise<void> {
    const wanted = this.options.instances ?? 3;
    // The first shows whether namespaces are to be had.
    const first = await this.launch(0);
    const others = Array.from({ length: wanted - 1 }, (_, i) => this.launch(i + 1));
    this.instances.push(first, ...(await Promise.all(others)));
    this.timer = setInterval(() => {
      for (const instance of this.instances) instance.refresh();
    }, REFRESH_MS);
    await Promise.all(this.instances.map((instance) => this.open(instance)));
  }

  startOverload(instanceId: string): Promise<void> {
    return this.configure(instanceId, 'templates', badTemplate(NEWSLETTER_CUSTOMER));
  }

  stopOverload(instanceId: string): Promise<void> {
    return this.configure(instanceId, 'templates', goodTemplate(NEWSLETTER_CUSTOMER));
  }

  async configure(instanceId: string, kind: string, text: string): Promise<void> {
    await this.find(instanceId).call('PUT', `/${kind}/${NEWSLETTER_CUSTOMER}`, text);
  }

  startJob(instanceId: string, job: Job): void {
    this.find(instanceId).startJob(job);
  }

  async stopJob(instanceId: string): Promise<void> {
    await this.find(instanceId).stopJob();
  }

  startCrowd(instanceId: string, loops: number): void {
    this.startJob(instanceId, crowd(loops));
  }

  async openWayOut(port: number): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.openWayOut(port)));
  }

  async terminate(instanceId: string): Promise<void> {
    this.tell({ kind: 'unload', instanceId });
    await this.find(instanceId).terminate();
  }

  setOffline(instanceId: string, offline: boolean): void {
    const instance = this.find(instanceId);
    if (instance.state !== 'terminated') instance.state = offline ? 'offline' : 'online';
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    for (const isolation of this.isolations) isolation.kill();
    await Promise.all(this.instances.map((instance) => instance.terminate()));
    if (!this.companion.connected) return;
    const ended = new Promise((resolve) => this.companion.once('exit', resolve));
    this.companion.disconnect();
    await ended;
  }

  private async launch(number: number): Promise<FleetInstance> {
    const facts = this.facts(number);
    const stateFolder = join(this.folder, facts.id);
    mkdirSync(join(stateFolder, 'root'), { recursive: true });
    const cgroup = this.isolationKind === 'namespaces' && this.cgroup ? makeCgroup(facts.id, this.cgroup) : null;
    if (cgroup) this.cgroups.unshift(cgroup);
    const hostname = `ip-${facts.privateIp.replaceAll('.', '-')}`;
    const nodeFlags = this.options.nodeFlags ?? NODE_FLAGS;
    const ownNetwork = this.sharedNetwork === null;
    const isolation = this.isolate({ instanceId: facts.id, hostname, stateFolder, cgroup, nodeFlags, ownNetwork });
    this.isolations.push(isolation);
    this.registerBelongings();
    const account = cgroup ? new CgroupAccount(cgroup) : new ProcessAccount((pid) => isolation.owns(pid));
    // Before the boot, which mounts its files.
    const hostFacts = new HostFacts(stateFolder, account, facts.cpus);
    try {
      return new FleetInstance(facts, { isolation, account, hostFacts }, await isolation.boot());
    } catch (error) {
      hostFacts.close();
      if (number > 0 || this.isolationKind === 'session' || this.options.isolation === 'namespaces') throw error;
      this.isolationKind = 'session';
      return this.launch(number);
    }
  }

  private isolate(options: IsolationOptions): Isolation {
    if (this.isolationKind === 'namespaces') return new Namespaces(options);
    this.tagged.push(options.instanceId);
    return new Session(options);
  }

  /** Waits for the service, gives it its templates and begins the load. */
  private async open(instance: FleetInstance): Promise<void> {
    await instance.ready();
    for (const customer of CUSTOMERS) await instance.call('PUT', `/templates/${customer}`, goodTemplate(customer));
    const requestsPerSecond = this.options.requestsPerSecond ?? REQUESTS_PER_SECOND;
    this.tell({ kind: 'load', instanceId: instance.id, socket: instance.socket, requestsPerSecond });
  }

  private facts(number: number): InstanceFacts {
    const zone = `${REGION}${'abc'[number % 3]}`;
    // A /24 per zone, as default networks have; the first addresses of each belong to AWS.
    const privateIp = `10.0.${number % 3}.${17 + number * 11}`;
    const id = `i-0${randomBytes(8).toString('hex')}`;
    return { id, groupName: this.groupName, zone, privateIp, cpus: this.options.cpus ?? 2 };
  }

  private find(instanceId: string): FleetInstance {
    const found = this.instances.find((instance) => instance.id === instanceId);
    if (!found) throw new Error(`the fleet has no instance ${instanceId}`);
    return found;
  }

  private registerBelongings(): void {
    const cgroups = [...this.cgroups, ...(this.cgroup ? [this.cgroup] : [])];
    this.tell({ kind: 'own', folder: this.folder, cgroups, tagged: this.tagged });
  }

  private tell(message: CompanionMessage): void {
    if (this.companion.connected) this.companion.send(message);
  }
}
