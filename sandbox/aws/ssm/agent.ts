import type { RunningScript, SandboxInstance, ScriptOutcome } from '../../fleet/instance.ts';
import type { Context } from '../context.ts';
import { type Command, type Invocation, type InvocationStatus, isTerminal, type StatusDetails } from './command.ts';
import { agentReply } from './output.ts';

/** An agent asks for work about this often; then a command is in progress. */
const PICK_UP_MS = 300;
/** SSM tries again after this long and calls the command delayed. */
const DELAYED_MS = 5000;
/** How often a waiting command looks at its instance, and never oftener than this. */
const LOOK_MS = 200;
const LEAST_LOOK_MS = 10;
/** CommandWorkersLimit of the agent. */
const WORKERS = 5;

/** What becomes of a script's output besides the reply (S3), when it was asked for. */
export type OutputKeeper = (command: Command, invocation: Invocation, outcome: ScriptOutcome) => void;

/** The SSM agents of the fleet: they take commands, run them and report back. */
export class Agents {
  private readonly context: Context;
  private readonly keepOutput: OutputKeeper;
  private readonly busy = new Map<string, number>();
  private readonly running = new Set<RunningScript>();
  private readonly underWay = new Set<Promise<void>>();

  constructor(context: Context, keepOutput: OutputKeeper) {
    this.context = context;
    this.keepOutput = keepOutput;
  }

  /** Starts the life of an invocation; its state is kept in `invocation`. */
  start(command: Command, invocation: Invocation, instance: SandboxInstance): void {
    const life = this.live(command, invocation, instance).finally(() => this.underWay.delete(life));
    this.underWay.add(life);
  }

  async close(): Promise<void> {
    for (const script of this.running) script.cancel();
    await Promise.all(this.underWay);
  }

  private async live(command: Command, invocation: Invocation, instance: SandboxInstance): Promise<void> {
    const { timeScale, timers } = this.context;
    const pickUpMs = PICK_UP_MS * timeScale;
    if (!(await timers.wait(pickUpMs))) return;
    if (!(await this.deliver(command, invocation, instance))) return;
    this.busy.set(instance.id, (this.busy.get(instance.id) ?? 0) + 1);
    const outcome = await this.execute(command, invocation, instance);
    this.busy.set(instance.id, (this.busy.get(instance.id) ?? 1) - 1);
    if (outcome && !timers.closed) await this.report(command, invocation, instance, outcome);
  }

  /** Waits until the agent can take the command; false when it never did. */
  private async deliver(command: Command, invocation: Invocation, instance: SandboxInstance): Promise<boolean> {
    const sentAt = performance.now();
    const { timeScale, timers } = this.context;
    while (instance.state !== 'online' || (this.busy.get(instance.id) ?? 0) >= WORKERS) {
      const waitedMs = performance.now() - sentAt;
      if (invocation.cancelRequested) return this.end(command, invocation, 'Cancelled', 'Cancelled');
      if (instance.state === 'terminated') return this.end(command, invocation, 'Failed', 'Undeliverable');
      if (waitedMs >= command.deliverySeconds * 1000 * timeScale) {
        return this.end(command, invocation, 'TimedOut', 'DeliveryTimedOut');
      }
      if (instance.state === 'offline' && waitedMs >= DELAYED_MS * timeScale && invocation.status === 'Pending') {
        this.set(command, invocation, 'Delayed', 'Delayed');
      }
      if (!(await timers.wait(this.lookMs()))) return false;
    }
    return invocation.cancelRequested ? this.end(command, invocation, 'Cancelled', 'Cancelled') : true;
  }

  /** Runs the script; undefined when the instance could not even start it, which is then its result. */
  private async execute(
    command: Command,
    invocation: Invocation,
    instance: SandboxInstance,
  ): Promise<ScriptOutcome | undefined> {
    const workingDirectory = command.parameters.get('workingDirectory')?.[0];
    try {
      const script = instance.run({
        commandId: command.id,
        commands: command.script,
        ...(workingDirectory ? { workingDirectory } : {}),
        timeoutSeconds: command.executionSeconds,
      });
      this.running.add(script);
      invocation.cancel = () => script.cancel();
      invocation.startedAt = new Date(this.context.now());
      this.set(command, invocation, 'InProgress', 'InProgress');
      return await script.outcome.finally(() => this.running.delete(script));
    } catch (error) {
      invocation.stderr = `failed to run commands: ${error instanceof Error ? error.message : String(error)}`;
      this.end(command, invocation, 'Failed', 'Failed');
      return undefined;
    }
  }

  /** The result counts once the service has heard it: not from a dead instance, and not when the reply is too large. */
  private async report(
    command: Command,
    invocation: Invocation,
    instance: SandboxInstance,
    outcome: ScriptOutcome,
  ): Promise<void> {
    const reply = agentReply(outcome.stdout, outcome.stderr);
    const expiresMs = (command.deliverySeconds + command.executionSeconds) * 1000 * this.context.timeScale;
    const since = performance.now();
    while (reply.lost || instance.state !== 'online') {
      if (performance.now() - since >= expiresMs) {
        this.end(command, invocation, 'TimedOut', 'DeliveryTimedOut');
        return;
      }
      if (!(await this.context.timers.wait(this.lookMs()))) return;
    }
    this.keepOutput(command, invocation, outcome);
    invocation.responseCode = outcome.exitCode;
    if (outcome.ended === 'timeout') this.end(command, invocation, 'TimedOut', 'ExecutionTimedOut');
    else if (outcome.ended === 'cancel') this.end(command, invocation, 'Cancelled', 'Cancelled');
    else {
      invocation.stdout = reply.stdout;
      invocation.stderr = reply.stderr;
      const status = outcome.exitCode === 0 ? 'Success' : 'Failed';
      this.end(command, invocation, status, status);
    }
  }

  private lookMs(): number {
    return Math.max(LEAST_LOOK_MS, LOOK_MS * this.context.timeScale);
  }

  private end(command: Command, invocation: Invocation, status: InvocationStatus, details: StatusDetails): false {
    invocation.endedAt = new Date(this.context.now());
    this.set(command, invocation, status, details);
    return false;
  }

  private set(command: Command, invocation: Invocation, status: InvocationStatus, details: StatusDetails): void {
    if (isTerminal(invocation.status)) return;
    invocation.status = status;
    invocation.details = details;
    const { instanceId } = invocation;
    this.context.events.emit({ kind: 'command', commandId: command.id, instanceId, status, detail: details });
  }
}
