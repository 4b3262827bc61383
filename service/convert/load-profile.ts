/**
 * Any profile that can be imported, from a file or standard input. What only some inputs need is loaded for those: to
 * load all of it takes longer than to read 10 MB of `perf script` text.
 */
import type { Profile } from '../profile/profile.ts';
import type { LoadOptions, PerfLoadOptions } from './load-options.ts';
import { perfParser, plainPerfSize, readPerfFile } from './perf/perf-file.ts';

/** From here on a second thread, which takes 0.2 s to start, pays. */
const PARALLEL_BYTES = 1 << 28;

async function loadPerfFile(path: string, size: number, options: PerfLoadOptions): Promise<Profile> {
  if (options.threads === 2 || (options.threads !== 1 && size >= PARALLEL_BYTES)) {
    const { loadPerfInParallel } = await import('./perf/parallel-perf.ts');
    const profile = await loadPerfInParallel(path, options);
    if (profile !== undefined) return profile;
  }
  const parser = await perfParser(options);
  readPerfFile(parser, path, { from: 0, to: size }, options.onProgress);
  return parser.finish();
}

/**
 * The profile in a file or, for `-`, standard input. The format is told from the content alone: our capture form, `perf
 * script` text, folded stacks, `.cpuprofile`, pprof, speedscope JSON; each may be gzip or zstd. Texts are streamed, so
 * their size does not matter. Throws `AppError`s that name the file and, for texts, the line.
 */
export async function loadProfile(path: string, options: LoadOptions = {}): Promise<Profile> {
  const name = path === '-' ? 'Standard input' : JSON.stringify(path);
  const size = path === '-' ? undefined : plainPerfSize(path);
  if (size === undefined) return (await import('./load-any.ts')).importFile(path, name, options);
  return loadPerfFile(path, size, options).catch(async (error: unknown) => {
    throw (await import('./with-file-name.ts')).inFile(error, name);
  });
}

/** The same for bytes in memory, compressed or not. What an instance has sent is for `decodeCapture`. */
export async function decodeProfile(bytes: Uint8Array, options: LoadOptions = {}): Promise<Profile> {
  return (await import('./load-any.ts')).importBytes(bytes, options);
}
