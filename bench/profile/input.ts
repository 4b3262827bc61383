/** Real perf text for the benchmark: a clustered Node service is recorded here, and the text repeated to size. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * Long enough that no or little of the text is repetition, which would be read faster than any recording: 400 MB and
 * more.
 */
const RECORD_SECONDS = 75;
/** Two busy workers give 2,000 samples of 1 to 2 kB a second. */
const RATE = 999;

async function record(folder: string): Promise<string> {
  const text = join(folder, 'recorded.perf-script.txt');
  if (existsSync(text)) return text;
  mkdirSync(folder, { recursive: true });
  console.error(`recording a clustered service for ${RECORD_SECONDS} s …`);
  const service = join(import.meta.dirname, 'service.mjs');
  const flags = ['--perf-basic-prof-only-functions', '--interpreted-frames-native-stack'];
  const data = join(folder, 'perf.data');
  const args = [
    'record',
    '-q',
    '-e',
    'cpu-clock',
    '-F',
    String(RATE),
    '-g',
    '-o',
    data,
    '--',
    process.execPath,
    ...flags,
    service,
  ];
  const result = spawnSync('perf', [...args, String(RECORD_SECONDS)], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (result.error !== undefined || result.status !== 0) {
    throw new Error('perf record failed: the benchmark needs perf and permission to record.', { cause: result.error });
  }
  const out = openSync(`${text}.tmp`, 'w');
  const script = spawn('perf', ['script', '-i', data], { stdio: ['ignore', out, 'ignore'] });
  const [code] = (await once(script, 'exit')) as [number | null];
  closeSync(out);
  if (code !== 0) throw new Error('perf script failed');
  renameSync(`${text}.tmp`, text);
  return text;
}

/**
 * A file of `megabytes` of perf text, to the next end of a sample; made once. `source`: text to use instead of a
 * recording of our own.
 */
export async function perfText(folder: string, megabytes: number, source?: string): Promise<string> {
  const recorded = source ?? (await record(folder));
  const path = join(folder, `perf-${megabytes}.txt`);
  if (existsSync(path) && statSync(path).size >= megabytes * 1e6) return path;
  mkdirSync(folder, { recursive: true });
  const bytes = readFileSync(recorded);
  const out = openSync(`${path}.tmp`, 'w');
  for (let missing = megabytes * 1e6; missing > 0; ) {
    const end = missing < bytes.length ? bytes.indexOf('\n\n', missing) + 2 : bytes.length;
    missing -= writeSync(out, bytes, 0, end < 2 ? bytes.length : end);
  }
  closeSync(out);
  // A last sample without a blank line behind it would be lost by some.
  appendFileSync(`${path}.tmp`, '\n');
  renameSync(`${path}.tmp`, path);
  return path;
}
