import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import { visible } from '../../shared/text/untrusted.ts';
import { usageError } from '../usage.ts';
import { InspectorSession } from './inspector-session.ts';
import {
  catchesSigusr1,
  commandLine,
  isNode,
  listeningPorts,
  nodeProcesses,
  sharesOurNetwork,
} from './node-process.ts';

export interface V8Request {
  readonly pids: readonly number[] | undefined;
  readonly match: string | undefined;
  readonly seconds: number;
  readonly hz: number;
}

/** From the signal to the open port; a blocked main thread opens it later. */
const OPENING_MS = 10_000;
const LOOK_MS = 50;
const CLOSE_INSPECTOR =
  "(process.mainModule ? process.mainModule.require('inspector') : process.getBuiltinModule('inspector')).close()";

/**
 * Profiles one Node process through V8's own profiler, which needs neither perf nor flags at its start: SIGUSR1 opens
 * its inspector on loopback, which is closed again afterwards. While it is open, any user of this machine may run code
 * in the process: that is why this is done only when asked for. Returns a `.cpuprofile`. Throws `AppError`.
 */
export async function captureV8(request: V8Request, openingMs = OPENING_MS): Promise<string> {
  const pid = choose(request);
  const { port, opened } = await openInspector(pid, openingMs);
  const session = await InspectorSession.open(port);
  try {
    await session.send('Profiler.enable');
    await session.send('Profiler.setSamplingInterval', { interval: Math.max(1, Math.round(1e6 / request.hz)) });
    await session.send('Profiler.start');
    await pause(request.seconds * 1000);
    const { profile } = (await session.send('Profiler.stop')) as { profile: object };
    return JSON.stringify(profile);
  } finally {
    // The answer to this does not come: the connection goes with the inspector.
    if (opened) void session.send('Runtime.evaluate', { expression: CLOSE_INSPECTOR }).catch(() => undefined);
    await pause(LOOK_MS);
    session.close();
  }
}

/** V8's profile is of one process, and they would want the same port one after the other. */
function choose({ pids, match }: V8Request): number {
  const found = pids ?? nodeProcesses(match === undefined ? undefined : expression(match));
  const [pid] = found;
  if (pid === undefined) {
    throw new AppError('NO_NODE_PROCESS', 'No Node.js process was found on this machine.', { hint: 'Pass --pid.' });
  }
  if (found.length > 1) {
    const list = found.slice(0, 10).map((one) => `  ${one}  ${visible(commandLine(one)).slice(0, 70)}`);
    throw new AppError(
      'SEVERAL_PROCESSES',
      `--engine v8 profiles a single process, but there are ${found.length}:\n${list.join('\n')}\n`,
      {
        hint: 'Choose one with --pid, or profile them all with --engine perf.',
      },
    );
  }
  if (!isNode(pid)) throw new AppError('NOT_NODE', `Process ${pid} is not running Node.js.`, { hint: 'Check --pid.' });
  return pid;
}

function expression(match: string): RegExp {
  try {
    return new RegExp(match);
  } catch (cause) {
    throw usageError(`--match must be a regular expression, not ${JSON.stringify(match)}.`, cause);
  }
}

/** The port of the inspector, and whether we opened it. Refuses wherever the signal would do harm. */
async function openInspector(pid: number, openingMs: number): Promise<{ port: number; opened: boolean }> {
  if (!sharesOurNetwork(pid)) {
    throw new AppError('OTHER_NETWORK', `Process ${pid} has its own network (it is in a container).`, {
      hint: 'Run this inside the container, or use --engine perf.',
    });
  }
  const flag = /(?:^|\s)--inspect(?:-brk)?(?:=(?:[^\s:]+:)?(\d+))?(?=\s|$)/.exec(commandLine(pid));
  const before = listeningPorts(pid);
  const known = flag?.[1] === undefined ? 9229 : Number(flag[1]);
  if (before.has(known)) return { port: known, opened: false };
  if (!catchesSigusr1(pid)) {
    throw new AppError(
      'SIGNAL_UNSAFE',
      `SIGUSR1 would end process ${pid}: it is just starting, or --disable-sigusr1 is set.`,
      {
        hint: 'Use --engine perf.',
      },
    );
  }
  process.kill(pid, 'SIGUSR1');
  for (let waited = 0; waited < openingMs; waited += LOOK_MS) {
    const port = [...listeningPorts(pid)].find((one) => !before.has(one));
    if (port !== undefined) return { port, opened: true };
    await pause(LOOK_MS);
  }
  throw new AppError('INSPECTOR_CLOSED', `Process ${pid} did not open an inspector after SIGUSR1.`, {
    hint: 'Use --engine perf: another process may be using port 9229, or the program handles the signal itself.',
  });
}
