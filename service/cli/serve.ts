import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { startService } from '../main.ts';
import { AppError } from '../shared/errors.ts';

/** `smokejumper serve`: runs until SIGINT or SIGTERM. */
export async function runServe(args: readonly string[]): Promise<number> {
  try {
    parseArgs({ args: [...args], options: {}, strict: true });
  } catch (cause) {
    throw new AppError('USAGE', `serve takes no arguments: ${(cause as Error).message}`, { cause });
  }
  const service = await startService(readConfig(process.env));
  process.stderr.write(`Smokejumper: ${service.url}\n`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await service.close();
  return 0;
}
