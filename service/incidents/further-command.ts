/**
 * A command that a report can do without: sent once, found again after a restart, looked at until it has ended or its
 * time is over. No look takes longer than the time that is left, also when AWS hangs.
 */
import type { ScriptCall } from '../capture/script-call.ts';
import type { Clock } from '../shared/clock.ts';
import { type AppError, OutageError } from '../shared/errors.ts';
import type { InstanceId } from '../shared/ids.ts';
import type { Log } from '../shared/log.ts';
import type { CommandResult, CommandsPort } from './ports.ts';

/** An agent takes some tenths of a second to fetch a command and to answer: a look at once would find nothing. */
export const FIRST_LOOK_MS = 500;

export interface FurtherCommand {
  readonly instanceId: InstanceId;
  readonly label: string;
  readonly call: ScriptCall;
  readonly timeoutSeconds: number;
  /** It was not sent before this moment. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

export type Look =
  | { readonly state: 'waiting' }
  | { readonly state: 'late' }
  | { readonly state: 'ended'; readonly result: CommandResult };

export interface FurtherCommandDeps {
  readonly commands: CommandsPort;
  readonly clock: Clock;
  readonly log: Log;
}

export class FurtherCommands {
  readonly #deps: FurtherCommandDeps;
  /** Commands of this process; after a restart they are found by their label. */
  readonly #ids = new Map<string, string>();

  constructor(deps: FurtherCommandDeps) {
    this.#deps = deps;
  }

  /** Throws what AWS says, except that it does not answer: then there may be time for another look. */
  async look(command: FurtherCommand, signal: AbortSignal | undefined): Promise<Look> {
    const { clock } = this.#deps;
    const leftMs = command.untilMs - clock.now();
    const over = new AbortController();
    const ending = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
    const asked = leftMs > 0 ? this.#ask(command, ending) : Promise.resolve({ state: 'late' } as const);
    const late = clock.sleep(Math.max(0, leftMs), ending).then(() => ({ state: 'late' }) as const);
    try {
      const look: Look = await Promise.race([asked, late]);
      if (signal?.aborted) throw interrupted(command);
      if (look.state === 'late') this.#giveUp(command, signal);
      if (look.state !== 'waiting') this.#ids.delete(command.label);
      return look;
    } catch (error) {
      if (signal?.aborted) throw interrupted(command);
      if (error instanceof OutageError) return { state: 'waiting' };
      throw error;
    } finally {
      over.abort();
      asked.catch(() => undefined);
    }
  }

  /** Looks for the command of a process that died before it sends one. */
  async #ask(command: FurtherCommand, signal: AbortSignal): Promise<Look> {
    const { clock, commands } = this.#deps;
    const { instanceId, label, call, timeoutSeconds, sinceMs } = command;
    const known = this.#ids.get(label) ?? (await commands.find(instanceId, label, sinceMs, signal));
    const commandId = known ?? (await commands.send({ instanceId, label, call, timeoutSeconds }, signal));
    this.#ids.set(label, commandId);
    if (known === undefined) await clock.sleep(FIRST_LOOK_MS, signal);
    const result = await commands.result(instanceId, commandId, signal);
    return result.status === 'pending' || result.status === 'running'
      ? { state: 'waiting' }
      : { state: 'ended', result };
  }

  /** The command ends by itself; nobody waits until it is cancelled. */
  #giveUp({ instanceId, label }: FurtherCommand, signal: AbortSignal | undefined): void {
    const { commands, log } = this.#deps;
    const commandId = this.#ids.get(label);
    if (commandId === undefined) return;
    commands.cancel(instanceId, commandId, signal).catch((error: unknown) => {
      log.warn({ label, err: error }, 'could not cancel the command; its timeout will end it');
    });
  }
}

function interrupted({ instanceId, label }: FurtherCommand): AppError {
  return new OutageError('COMMAND_INTERRUPTED', `Waiting for ${label} on ${instanceId} was interrupted.`);
}
