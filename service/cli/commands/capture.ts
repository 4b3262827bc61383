import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { readRemoteScripts } from '../../remote-scripts.ts';
import { AppError } from '../../shared/errors.ts';
import { randomId } from '../../shared/random-id.ts';
import type { V8Request } from '../capture/capture-v8.ts';
import { waitingProgress } from '../output/progress.ts';
import { checkWritable } from '../output/write-file.ts';
import { parseCommand, usageError, wholeOption } from '../usage.ts';

/**
 * `smokejumper capture`: the script that runs on instances, on this machine; `--engine v8` asks V8's own profiler
 * instead.
 */
export async function runCapture(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('capture', args);
  if (positionals.length > 0) throw usageError(`capture takes no argument ${JSON.stringify(positionals[0])}.`);
  if (values.output === undefined) throw usageError('capture needs -o FILE.');
  if (values.pid !== undefined && values.match !== undefined)
    throw usageError('capture takes --pid or --match, not both.');
  const seconds = wholeOption('seconds', values.seconds, 10, 1, 600);
  const hz = wholeOption('hz', values.hz, 99, 1, 4999);
  await checkWritable(values.output);
  if (values.engine === 'v8') {
    return captureWithV8(values.output, { pids: pidList(values.pid), match: values.match, seconds, hz });
  }
  const scriptArgs = [
    'run',
    '--id',
    randomId('local'),
    '--seconds',
    String(seconds),
    '--hz',
    String(hz),
    '--out',
    resolve(values.output),
  ];
  for (const name of ['pid', 'match', 'engine'] as const) {
    const value = values[name];
    if (value !== undefined) scriptArgs.push(`--${name}`, value);
  }
  if (values['install-perf']) scriptArgs.push('--install-perf');
  const stop = waitingProgress('recording', seconds);
  const { code, stdout } = await runScript(scriptArgs).finally(stop);
  if (code === 0) {
    process.stderr.write(`wrote ${values.output}\n`);
    return 0;
  }
  // The script has said on stderr what happened, unless it could not even begin or was killed; 64 is wrong usage.
  if (!saidWhy(stdout))
    throw new AppError('CAPTURE_FAILED', `The capture ended with exit code ${code} and no message.`);
  return code === 64 ? 2 : 1;
}

/** `1,2` → [1, 2]; the script checks its own list. */
function pidList(text: string | undefined): number[] | undefined {
  return text?.split(',').map((pid) => wholeOption('pid', pid, 0, 1, 4_194_304));
}

async function captureWithV8(output: string, request: V8Request): Promise<number> {
  const [{ captureV8 }, { writeOutput }] = await Promise.all([
    import('../capture/capture-v8.ts'),
    import('../output/write-output.ts'),
  ]);
  const stop = waitingProgress('recording', request.seconds);
  await writeOutput(output, [await captureV8(request).finally(stop)]);
  return 0;
}

function runScript(args: readonly string[]): Promise<{ code: number; stdout: string }> {
  return new Promise((done, fail) => {
    const child = spawn('sh', ['-s', '--', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    // A shell that cannot begin reads nothing; `close` tells of it.
    child.stdin.on('error', () => undefined).end(readRemoteScripts().run);
    const interrupt = () => child.kill('SIGTERM');
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.once('error', fail);
    child.once('close', (code) => {
      process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
      done({ code: code ?? 1, stdout });
    });
  });
}

/** Its last line is the report, the same for machines. */
function saidWhy(stdout: string): boolean {
  try {
    const report = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { message?: unknown };
    return typeof report.message === 'string';
  } catch {
    return false;
  }
}
