import { writeAll } from './write-all.ts';

/**
 * To standard output, or to a file that appears whole or not at all; a special file (`/dev/null`) is written
 * as it is.
 */
export async function writeOutput(path: string | undefined, pieces: Iterable<Uint8Array | string>): Promise<void> {
  if (path === undefined || path === '-') return writeAll(process.stdout, pieces);
  await (await import('./write-file.ts')).writeFile(path, pieces);
  process.stderr.write(`wrote ${path}\n`);
}
