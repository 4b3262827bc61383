import { Worker } from 'node:worker_threads';
import { readConfig } from '../../config.ts';
import { startService } from '../../main.ts';
import { parseCommand, usageError } from '../usage.ts';

/** Docker and ECS kill by themselves after 10 s at least, and then nobody has said why. */
const LAST_RESORT_MS = 9_000;

/**
 * `smokejumper serve`: runs until SIGINT or SIGTERM, and then ends the process itself, as connections of what hangs
 * would keep it. SIGHUP has it look at the rules file. Exit code 0: everything was let go of. 1: something hung;
 * nothing is lost, but somebody should look. A second signal ends it at once.
 */
export async function runServe(args: readonly string[]): Promise<number> {
  const { positionals } = parseCommand('serve', args);
  if (positionals.length > 0) throw usageError(`serve takes no argument ${JSON.stringify(positionals[0])}.`);
  const service = await startService(readConfig(process.env));
  process.stderr.write(`Smokejumper: ${service.url}\n`);
  const { lookAtRules } = service;
  // Without rules it ends the process, as it always did.
  if (lookAtRules !== null) process.on('SIGHUP', () => void lookAtRules());
  await firstSignal();
  killLater(LAST_RESORT_MS);
  const { hung } = await service.close();
  for (const what of hung) process.stderr.write(`Smokejumper: did not wait any longer for ${what}\n`);
  process.exit(hung.length === 0 ? 0 : 1);
}

/** Nobody listens for the second one, so it does what signals do. */
function firstSignal(): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  return new Promise((resolve) => {
    const take = () => {
      for (const signal of signals) process.off(signal, take);
      resolve();
    };
    for (const signal of signals) process.on(signal, take);
  });
}

/** From a thread of its own: this one may be held by a locked database or a long computation. */
function killLater(ms: number): void {
  const words = 'Smokejumper: the main thread did not end, so the process is killed\\n';
  const code = `setTimeout(() => {
    require('node:fs').writeSync(2, '${words}');
    process.kill(process.pid, 'SIGKILL');
  }, ${ms});`;
  new Worker(code, { eval: true, execArgv: [] }).unref();
}
