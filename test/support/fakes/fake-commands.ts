import { wordsOf } from '../../../service/capture/script-call.ts';
import type { CommandRequest, CommandResult, CommandsPort } from '../../../service/incidents/ports.ts';
import { AppError } from '../../../service/shared/errors.ts';
import type { InstanceId } from '../../../service/shared/ids.ts';
import { refuseAborted } from './refuse-aborted.ts';

export interface FakeRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Runs until it is cancelled. */
  readonly endless?: boolean;
}

interface FakeCommand {
  readonly instanceId: InstanceId;
  readonly label: string;
  /** The last line of what a shell would get. */
  readonly script: string;
  readonly timeoutSeconds: number;
  readonly run: FakeRun;
  looks: number;
  cancelled: boolean;
}

/** `CommandsPort` in memory. A command is pending at the first look, running at the second, then over. */
export class FakeCommands implements CommandsPort {
  readonly sent: FakeCommand[] = [];
  private readonly known: ReadonlySet<InstanceId>;
  private readonly execute: (script: string, instanceId: InstanceId) => FakeRun;
  /** Thrown by the next `send` after it has sent: a crash between sending and saving. */
  crashAfterSend = false;

  constructor(known: readonly InstanceId[], execute: (script: string, instanceId: InstanceId) => FakeRun) {
    this.known = new Set(known);
    this.execute = execute;
  }

  async send(request: CommandRequest, signal?: AbortSignal): Promise<string> {
    refuseAborted(signal);
    const { instanceId, label, call, timeoutSeconds } = request;
    const script = `main ${wordsOf(call)
      .map((word) => `'${word}'`)
      .join(' ')}\n`;
    if (!this.known.has(instanceId)) {
      throw new AppError('INSTANCE_UNREACHABLE', `SSM cannot reach ${instanceId}.`);
    }
    const run = this.execute(script, instanceId);
    this.sent.push({ instanceId, label, script, timeoutSeconds, run, looks: 0, cancelled: false });
    if (this.crashAfterSend) {
      this.crashAfterSend = false;
      throw new AppError('CRASH', 'The process died here.', { retry: 'later' });
    }
    return `cmd-${this.sent.length - 1}`;
  }

  async find(
    instanceId: InstanceId,
    label: string,
    _afterMs?: number,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    refuseAborted(signal);
    const index = this.sent.findLastIndex((command) => command.instanceId === instanceId && command.label === label);
    return index < 0 ? undefined : `cmd-${index}`;
  }

  async result(_instanceId: InstanceId, commandId: string, signal?: AbortSignal): Promise<CommandResult> {
    refuseAborted(signal);
    const command = this.commandOf(commandId);
    const still = { exitCode: null, stdout: '', stderr: '' };
    if (command.cancelled) return { status: 'cancelled', detail: 'Cancelled', exitCode: 137, stdout: '', stderr: '' };
    command.looks++;
    if (command.looks === 1) return { status: 'pending', detail: 'Pending', ...still };
    if (command.looks === 2 || command.run.endless) return { status: 'running', detail: 'InProgress', ...still };
    const { exitCode, stdout, stderr } = command.run;
    const good = exitCode === 0;
    return { status: good ? 'success' : 'failed', detail: good ? 'Success' : 'Failed', exitCode, stdout, stderr };
  }

  async cancel(_instanceId: InstanceId, commandId: string, signal?: AbortSignal): Promise<void> {
    refuseAborted(signal);
    this.commandOf(commandId).cancelled = true;
  }

  private commandOf(commandId: string): FakeCommand {
    const command = this.sent[Number(commandId.slice(4))];
    if (!command) throw new AppError('SSM_RESULT_FAILED', `There is no command ${commandId}.`);
    return command;
  }
}
