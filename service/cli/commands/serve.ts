import { readConfig } from '../../config.ts';
import { startService } from '../../main.ts';
import { parseCommand, usageError } from '../usage.ts';

/** `smokejumper serve`: runs until SIGINT or SIGTERM. */
export async function runServe(args: readonly string[]): Promise<number> {
  const { positionals } = parseCommand('serve', args);
  if (positionals.length > 0) throw usageError(`serve takes no argument ${JSON.stringify(positionals[0])}.`);
  const service = await startService(readConfig(process.env));
  process.stderr.write(`Smokejumper: ${service.url}\n`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await service.close();
  return 0;
}
