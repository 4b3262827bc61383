/** What a capture of a real clustered service weighs on its way. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeProfile } from '../../service/convert/load-profile.ts';
import { readRemoteScripts } from '../../service/remote-scripts.ts';

/** 30 s of 8 busy CPUs at 99 Hz: for so many samples the budget is meant. On fewer CPUs a higher rate gives as many. */
const SAMPLES = 30 * 8 * 99;
const BUDGET_KB = 100;
const SECONDS = 30;
/** Until Express is loaded and its code is hot. */
const WARM_UP_SECONDS = 3;

const kb = (bytes: number) => `${(bytes / 1000).toFixed(0)} KB`;

/** By default the rate that two CPUs need for `SAMPLES`; where others use them too, give a higher one. */
export async function captureSize(
  hz = Math.ceil(SAMPLES / SECONDS / Math.min(2, availableParallelism())),
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-size-'));
  const flags = ['--perf-basic-prof-only-functions', '--interpreted-frames-native-stack'];
  const service = join(import.meta.dirname, 'service.mjs');
  const words = [...flags, service, String(SECONDS + WARM_UP_SECONDS + 2)];
  // V8 leaves a log where it runs.
  const program = spawn(process.execPath, words, { stdio: 'ignore', cwd: folder });
  const ended = once(program, 'exit');
  try {
    await new Promise((done) => setTimeout(done, WARM_UP_SECONDS * 1000));
    const out = join(folder, 'capture.gz');
    const options = [
      '--id',
      'size',
      '--match',
      service,
      '--seconds',
      String(SECONDS),
      '--hz',
      String(hz),
      '--out',
      out,
    ];
    const run = spawnSync('sh', ['-s', '--', 'run', ...options], {
      input: readRemoteScripts().run,
      env: { ...process.env, SMOKEJUMPER_DIR: folder },
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(`The script ended with ${run.status}: ${run.stderr}`);
    const sent = readFileSync(out);
    const { ledger, processes } = await decodeProfile(sent);
    return (
      `${ledger.drawn} samples of ${processes.length} processes in ${SECONDS} s at ${hz} Hz: ` +
      `${kb(gunzipSync(sent).length)} of text, ${kb(sent.length)} gzipped, ` +
      `${(sent.length / ledger.drawn).toFixed(2)} bytes a sample (budget: ${BUDGET_KB} KB for ${SAMPLES} samples)`
    );
  } finally {
    program.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}
