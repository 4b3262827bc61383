import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readRemoteScripts } from '../../remote-scripts.ts';
import { AppError } from '../../shared/errors.ts';
import { randomId } from '../../shared/random-id.ts';
import { interruptible } from '../interruptible.ts';
import { waitingProgress } from '../output/progress.ts';
import { checkWritable } from '../output/write-file.ts';
import { parseCommand, usageError, wholeOption } from '../usage.ts';

/** `smokejumper capture`: the script that runs on instances, on this machine. */
export async function runCapture(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('capture', args);
  if (positionals.length > 0) throw usageError(`capture takes no argument ${JSON.stringify(positionals[0])}.`);
  const { output: file } = values;
  if (file === undefined) throw usageError('capture needs -o FILE.');
  if (values.pid !== undefined && values.match !== undefined)
    throw usageError('capture takes --pid or --match, not both.');
  const seconds = wholeOption('--seconds', values.seconds, 10, 1, 600);
  const hz = wholeOption('--hz', values.hz, 99, 1, 4999);
  await checkWritable(file);
  const scriptArgs = ['run', '--id', randomId('local'), '--seconds', `${seconds}`, '--hz', `${hz}`];
  scriptArgs.push('--out', resolve(file));
  for (const name of ['pid', 'match', 'v8', 'v8-processes'] as const) {
    const value = values[name];
    if (value !== undefined) scriptArgs.push(`--${name}`, value);
  }
  if (values['install-perf']) scriptArgs.push('--install-perf');
  return interruptible(async (stop) => {
    const { code, stdout } = await runScript(scriptArgs, seconds, stop);
    if (code !== 0) return failed(code, stdout, values.json === true);
    process.stderr.write(`wrote ${file}\n`);
    if (values.json) {
      const { size: bytes } = await stat(file);
      process.stdout.write(`${JSON.stringify({ file, bytes, seconds, hz })}\n`);
    }
    return 0;
  });
}

/** What it says goes above the bar. */
function runScript(
  args: readonly string[],
  seconds: number,
  stop: AbortSignal,
): Promise<{ readonly code: number; readonly stdout: string }> {
  return new Promise((done, fail) => {
    const child = spawn('sh', ['-s', '--', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    const waiting = waitingProgress('recording', seconds);
    // A shell that cannot begin reads nothing; `close` tells of it.
    child.stdin.on('error', () => undefined).end(readRemoteScripts().run);
    stop.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    let begun = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const end = text.lastIndexOf('\n') + 1;
      if (end > 0) waiting.print(begun + text.slice(0, end));
      begun = (end > 0 ? '' : begun) + text.slice(end);
    });
    child.once('error', (error) => {
      waiting.end();
      fail(error);
    });
    child.once('close', (code) => {
      waiting.end();
      process.stderr.write(begun);
      done({ code: code ?? 1, stdout });
    });
  });
}

/** The exit code of a capture that failed. 64 is wrong usage. Throws where nothing has told why, in the form wanted. */
function failed(code: number, stdout: string, json: boolean): number {
  const report = reportOf(stdout);
  if (report === undefined)
    throw new AppError('CAPTURE_FAILED', `The capture ended with exit code ${code} and no message.`);
  const exitCode = code === 64 ? 2 : 1;
  if (json) throw new AppError(exitCode === 2 ? 'USAGE' : report.code, report.message, { hint: report.hint });
  return exitCode;
}

/** Its last line: what the script has said on stderr, for machines. None where it could not begin or was killed. */
function reportOf(stdout: string) {
  try {
    const report = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    const { code, message, hint } = report;
    if (typeof message !== 'string') return undefined;
    return {
      message,
      code: typeof code === 'string' ? code : 'CAPTURE_FAILED',
      hint: typeof hint === 'string' ? hint : '',
    };
  } catch {
    return undefined;
  }
}
