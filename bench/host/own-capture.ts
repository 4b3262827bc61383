/** One run of the script as it is sent, with what it cost before and after its window. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeProfile } from '../../service/convert/load-profile.ts';
import { packRemoteScripts } from '../../service/remote-scripts.ts';
import type { Belongings } from './belongings.ts';
import { bootMs, Watch } from './watch.ts';

export interface CaptureRequest {
  readonly seconds: number;
  readonly hz: number;
  /** The planned start, a whole second. */
  readonly startAtMs: number;
  /** Of the programs to profile; by default the script chooses. */
  readonly match?: string;
}

export interface OwnCapture {
  readonly watch: Watch;
  readonly startedMs: number;
  /** The window by the kernel's clock, as it was read here, not there. */
  readonly fromMs: number;
  readonly toMs: number;
  /** What the capture says of its own beginning. */
  readonly saidFromMs: number;
  readonly endedMs: number;
  /** Of the whole host. */
  readonly recorded: number;
  readonly drawn: number;
  readonly sentBytes: number;
  readonly wroteBytes: number | null;
  readonly warnings: readonly string[];
}

export function startCapture(belongings: Belongings, request: CaptureRequest): Promise<OwnCapture> {
  const folder = belongings.folder('bench-host-');
  const script = join(folder, 'run.sh');
  const out = join(folder, 'capture.gz');
  writeFileSync(script, packRemoteScripts().run);
  const { seconds, hz, startAtMs, match } = request;
  const options: [string, string | number | undefined][] = [
    ['--id', `bench-${randomBytes(4).toString('hex')}`],
    ['--seconds', seconds],
    ['--hz', hz],
    ['--start-at', Math.round(startAtMs / 1000)],
    ['--match', match],
    ['--out', out],
  ];
  const words = options.flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]));
  const env = { ...process.env, SMOKEJUMPER_DIR: join(folder, 'script') };
  const result = finish(new Watch(belongings, ['sh', script, 'run', ...words], env), out);
  // Nobody waits for it yet.
  result.catch(() => undefined);
  return result;
}

async function finish(watch: Watch, out: string): Promise<OwnCapture> {
  const { code, atMs, stdout, stderr, wroteBytes } = await watch.ended;
  if (code !== 0) throw new Error(`The script ended with ${code}: ${stdout.trim() || stderr.slice(-500)}`);
  const sent = readFileSync(out);
  const { facts, ledger } = await decodeProfile(sent);
  const saidFromMs = facts.startedAtMs ?? Number.NaN;
  // The script tells its programs in awk where the window lies.
  const [begins, ends] = [Number(watch.words.get('begins')), Number(watch.words.get('ends'))];
  const known = begins > 0 && ends > 0;
  const fromMs = known ? bootMs() + begins * 1000 : saidFromMs;
  const toMs = known ? bootMs() + ends * 1000 : saidFromMs + (facts.seconds ?? 0) * 1000;
  await watch.stop();
  return {
    watch,
    startedMs: watch.startedMs,
    fromMs,
    toMs,
    saidFromMs,
    endedMs: atMs,
    recorded: ledger.recorded,
    drawn: ledger.drawn,
    sentBytes: sent.length,
    wroteBytes,
    warnings: facts.warnings,
  };
}

/** A whole second, at least so far away. */
export function secondAfter(ms: number): number {
  return Math.ceil((Date.now() + ms) / 1000) * 1000;
}
