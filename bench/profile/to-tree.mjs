// What the benchmark measures as "file to call tree": loads a profile and stops. Arguments: FILE THREADS [HALF].
import { statSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// As bin/smokejumper.mjs does: TypeScript is stripped once, not in every run.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/smokejumper', import.meta.url)));
const [path = '', threads, half] = process.argv.slice(2);

async function load() {
  if (half === undefined) {
    const { loadProfile } = await import('../../service/convert/load-profile.ts');
    return loadProfile(path, { threads: threads === '2' ? 2 : 1 });
  }
  const { perfParser, readPerfFile } = await import('../../service/convert/perf/perf-file.ts');
  const { size } = statSync(path);
  const middle = Math.floor(size / 2);
  const parser = await perfParser({});
  readPerfFile(parser, path, half === '1' ? { from: 0, to: middle } : { from: middle, to: size });
  return parser.finish();
}

const profile = await load();
if (profile.ledger.drawn === 0) process.exitCode = 1;
