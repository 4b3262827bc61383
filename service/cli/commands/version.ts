import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCommand, usageError } from '../usage.ts';

/** `smokejumper version`: what a report of a fault must say. */
export async function runVersion(args: readonly string[]): Promise<number> {
  const { positionals } = parseCommand('version', args);
  if (positionals.length > 0) throw usageError('version takes no arguments.');
  const packageFile = join(import.meta.dirname, '../../../package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  process.stdout.write(`smokejumper ${version} (Node.js ${process.version}, ${process.platform}-${process.arch})\n`);
  return 0;
}
