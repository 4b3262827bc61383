import assert from 'node:assert/strict';
import test from 'node:test';
import type { RemoteScripts, ScriptAction } from '../../service/capture/assemble-script.ts';
import type { ScriptCall } from '../../service/capture/script-call.ts';
import type { CommandResult, CommandsPort } from '../../service/incidents/ports.ts';
import { AppError } from '../../service/shared/errors.ts';
import type { InstanceId } from '../../service/shared/ids.ts';
import { refusesTheGone } from './interrupted.ts';

export interface CommandsSetUp {
  readonly commands: CommandsPort;
  /** An instance that runs scripts, and one that does not exist. */
  readonly alive: InstanceId;
  readonly gone: InstanceId;
  /** Lets the world go on until the next look is worth it. */
  readonly pause: () => Promise<void>;
}

const script = (does: string) => `#!/bin/sh\nmain() {\n\t${does}\n}\n\nmain "$@"\n`;

/** What the scripts do that the port has to offer: each action one kind of end. */
export const CONTRACT_SCRIPTS: RemoteScripts = {
  run: script('echo out; echo err >&2; exit 0'),
  fetch: script('echo before; exit 75'),
  clean: script('true'),
  source: script('sleep 60'),
  confirm: script('true'),
};

/** What every `CommandsPort` promises; both the fake and the adapter are held to it. */
export function commandsContract(name: string, setUp: () => Promise<CommandsSetUp>): void {
  const callOf = (action: ScriptAction): ScriptCall => ({ action, options: { id: 'cap-1' } });
  const run = async (port: CommandsSetUp, action: ScriptAction, timeoutSeconds = 20) => {
    const label = `contract-${Math.random()}`;
    const call = callOf(action);
    const commandId = await port.commands.send({ instanceId: port.alive, label, call, timeoutSeconds });
    return { label, commandId };
  };
  const ended = async (port: CommandsSetUp, commandId: string): Promise<CommandResult> => {
    for (let look = 0; look < 400; look++) {
      const result = await port.commands.result(port.alive, commandId);
      if (result.status !== 'pending' && result.status !== 'running') return result;
      await port.pause();
    }
    return assert.fail('the command does not end');
  };

  test(`${name}: a script runs, and its output and exit code come back`, async () => {
    const port = await setUp();
    const { commandId } = await run(port, 'run');
    const result = await ended(port, commandId);
    assert.deepEqual(
      { status: result.status, exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr },
      { status: 'success', exitCode: 0, stdout: 'out\n', stderr: 'err\n' },
    );
  });

  test(`${name}: a script that fails says so with its exit code and what it printed`, async () => {
    const port = await setUp();
    const { commandId } = await run(port, 'fetch');
    const result = await ended(port, commandId);
    assert.equal(result.status, 'failed');
    assert.equal(result.exitCode, 75);
    assert.equal(result.stdout, 'before\n');
  });

  test(`${name}: a command is found by its label, on its instance only`, async () => {
    const port = await setUp();
    const before = Date.now();
    const { label, commandId } = await run(port, 'clean');
    assert.equal(await port.commands.find(port.alive, label, before), commandId);
    assert.equal(await port.commands.find(port.alive, `${label}-other`, before), undefined);
  });

  test(`${name}: asking for a command that was just sent is not an error`, async () => {
    const port = await setUp();
    const { commandId } = await run(port, 'clean');
    const result = await port.commands.result(port.alive, commandId);
    assert.ok(['pending', 'running', 'success'].includes(result.status), result.status);
    await ended(port, commandId);
  });

  test(`${name}: an instance that SSM cannot reach is a final error that names it`, async () => {
    const port = await setUp();
    await assert.rejects(
      port.commands.send({ instanceId: port.gone, label: 'x', call: callOf('clean'), timeoutSeconds: 20 }),
      (error: unknown) =>
        error instanceof AppError &&
        error.code === 'INSTANCE_UNREACHABLE' &&
        error.retry === 'never' &&
        error.message.includes(port.gone),
    );
  });

  test(`${name}: a cancelled command ends as cancelled`, async () => {
    const port = await setUp();
    const { commandId } = await run(port, 'source');
    for (let look = 0; look < 400; look++) {
      if ((await port.commands.result(port.alive, commandId)).status === 'running') break;
      await port.pause();
    }
    await port.commands.cancel(port.alive, commandId);
    assert.equal((await ended(port, commandId)).status, 'cancelled');
  });

  test(`${name}: nothing is sent or asked for somebody who has gone`, async () => {
    const { commands, alive } = await setUp();
    const request = { instanceId: alive, label: 'gone', call: callOf('clean'), timeoutSeconds: 20 };
    await refusesTheGone({
      send: (signal) => commands.send(request, signal),
      find: (signal) => commands.find(alive, 'gone', 0, signal),
      result: (signal) => commands.result(alive, 'cmd-0', signal),
      cancel: (signal) => commands.cancel(alive, 'cmd-0', signal),
    });
    assert.equal(await commands.find(alive, 'gone', Date.now()), undefined);
  });
}
