import type { ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import type { CpuAccount } from './cpu-account.ts';
import type { HostFacts } from './host-facts.ts';
import type { RunningScript, SandboxInstance, ScriptRun } from './instance.ts';
import type { Isolation } from './isolation.ts';
import { type Job, startJob } from './job.ts';
import type { WayOut } from './network/way-out.ts';
import { SERVICE_SOCKET } from './paths.ts';
import { runScript } from './run-script.ts';

/** Nine node processes start at once, on two cores shared with whatever else runs. */
const SERVICE_TIMEOUT_MS = 60_000;

/** What an instance is, apart from what runs in it. */
export type InstanceFacts = Pick<SandboxInstance, 'id' | 'groupName' | 'zone' | 'privateIp' | 'cpus'>;

export interface InstanceParts {
  readonly isolation: Isolation;
  readonly account: CpuAccount;
  readonly hostFacts: HostFacts;
}

/** An instance: an isolated place with the service and an SSM agent in it. */
export class FleetInstance implements SandboxInstance {
  readonly id: string;
  readonly groupName: string;
  readonly zone: string;
  readonly privateIp: string;
  readonly cpus: number;
  readonly instanceType = 'm7i.large';
  readonly imageId = 'ami-0d3b0c5e2f9a84716';
  readonly launchTemplateVersion = '7';
  readonly launchedAt = new Date();
  state: SandboxInstance['state'] = 'online';
  terminatedAt: Date | undefined;
  private readonly parts: InstanceParts;
  private readonly child: ChildProcess;
  private readonly waysOut: WayOut[] = [];
  private endJob: (() => Promise<void>) | undefined;
  private lastCpuSeconds = 0;
  private log = '';

  constructor(facts: InstanceFacts, parts: InstanceParts, child: ChildProcess) {
    this.id = facts.id;
    this.groupName = facts.groupName;
    this.zone = facts.zone;
    this.privateIp = facts.privateIp;
    this.cpus = facts.cpus;
    this.parts = parts;
    this.child = child;
    child.stderr?.on('data', (part: Buffer) => this.note(part));
  }

  /** The Unix socket of the service, as this process names it. */
  get socket(): string {
    return this.parts.isolation.outside(SERVICE_SOCKET);
  }

  /** Waits until the service answers; an error with its last words when it ends or takes too long. */
  async ready(): Promise<void> {
    await this.listening();
    await this.call('GET', '/healthz');
  }

  run(script: ScriptRun): RunningScript {
    if (this.state === 'terminated') throw new Error(`${this.id} has been terminated`);
    return runScript(this.parts.isolation, this.id, this.zone.slice(0, -1), script);
  }

  startJob(job: Job): void {
    if (this.state === 'terminated') throw new Error(`${this.id} has been terminated`);
    if (this.endJob) throw new Error(`${this.id} has a job already`);
    this.endJob = startJob(this.parts.isolation, this.id, job);
  }

  async stopJob(): Promise<void> {
    await this.endJob?.();
    this.endJob = undefined;
  }

  /** See `Isolation`. */
  async openWayOut(port: number): Promise<void> {
    const way = await this.parts.isolation.openWayOut(port);
    if (way !== null) this.waysOut.push(way);
  }

  cpuSeconds(): number {
    if (this.state === 'terminated') return this.lastCpuSeconds;
    const { userSeconds, systemSeconds } = this.parts.account.cpu();
    this.lastCpuSeconds = Math.max(this.lastCpuSeconds, userSeconds + systemSeconds);
    return this.lastCpuSeconds;
  }

  /** Rewrites what the instance sees of its host. */
  refresh(): void {
    if (this.state !== 'terminated') this.parts.hostFacts.update();
  }

  /** Sends the service a request and gives back the body of its answer. */
  call(method: string, path: string, body = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const sent = request({ socketPath: this.socket, method, path, agent: false }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${this.id} answered ${method} ${path} with ${response.statusCode}: ${text}`));
        });
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }

  /** Ends all its processes; the CPU time stays what it was. */
  async terminate(): Promise<void> {
    if (this.state === 'terminated') return;
    this.cpuSeconds();
    this.state = 'terminated';
    this.terminatedAt = new Date();
    this.parts.hostFacts.close();
    for (const way of this.waysOut) way.close();
    const gone = this.child.exitCode !== null || this.child.signalCode !== null;
    const ended = gone ? Promise.resolve() : new Promise((resolve) => this.child.once('exit', resolve));
    this.parts.isolation.kill();
    await ended;
    for (const stream of this.child.stdio) stream?.destroy();
  }

  private listening(): Promise<void> {
    return new Promise((resolve, reject) => {
      let text = '';
      const fail = (why: string) => reject(new Error(`the service of ${this.id} ${why}: ${text} ${this.log}`.trim()));
      const timer = setTimeout(() => fail('took too long'), SERVICE_TIMEOUT_MS);
      this.child.once('exit', () => fail('ended'));
      this.child.stdout?.on('data', (part: Buffer) => {
        text = (text + part.toString('utf8')).slice(-2000);
        const [word] = /^(listening|ended)$/m.exec(text) ?? [];
        if (word === undefined) return;
        clearTimeout(timer);
        if (word === 'ended') fail('ended');
        else resolve();
      });
      this.child.once('exit', () => clearTimeout(timer));
    });
  }

  private note(part: Buffer): void {
    this.log = (this.log + part.toString('utf8')).slice(-2000);
  }
}
