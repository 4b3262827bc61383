/** Maps of JIT symbols, `perf-PID.map`, from files. */
import { basename } from 'node:path';
import { JitMap } from '../../profile/jit/jit-map.ts';
import { AppError } from '../../shared/errors.ts';
import { joinBytes, readBytes } from '../byte-source.ts';

/** A map of 2 million entries has some 200 MB. */
const MAP_LIMIT = 1 << 29;

/** The maps by pid, which is read from the file's name; they may be compressed. */
export async function loadPerfMaps(paths: readonly string[]): Promise<Map<number, JitMap>> {
  const maps = new Map<number, JitMap>();
  for (const path of paths) {
    const pid = /perf-(\d{1,8})\.map/.exec(basename(path))?.[1];
    if (pid === undefined) {
      throw new AppError(
        'PERF_MAP_NAME',
        `The name of ${JSON.stringify(path)} does not say which process it belongs to.`,
        {
          hint: 'Name the map perf-PID.map, as the process did.',
        },
      );
    }
    maps.set(Number(pid), JitMap.parse(await joinBytes(readBytes(path), MAP_LIMIT, JSON.stringify(path))));
  }
  return maps;
}
