import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { readRemoteScripts } from '../../remote-scripts.ts';
import { AppError } from '../../shared/errors.ts';
import { randomId } from '../../shared/random-id.ts';
import { waitingProgress } from '../output/progress.ts';
import { checkWritable } from '../output/write-file.ts';
import { parseCommand, usageError, wholeOption } from '../usage.ts';

/** `smokejumper capture`: the script that runs on instances, on this machine. */
export async function runCapture(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('capture', args);
  if (positionals.length > 0) throw usageError(`capture takes no argument ${JSON.stringify(positionals[0])}.`);
  if (values.output === undefined) throw usageError('capture needs -o FILE.');
  if (values.pid !== undefined && values.match !== undefined)
    throw usageError('capture takes --pid or --match, not both.');
  const seconds = wholeOption('seconds', values.seconds, 10, 1, 600);
  const hz = wholeOption('hz', values.hz, 99, 1, 4999);
  await checkWritable(values.output);
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
  for (const name of ['pid', 'match', 'v8', 'v8-processes'] as const) {
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
