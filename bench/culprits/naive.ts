/**
 * What a person gets today: `perf record` on both, `perf script`, and the function whose share of the samples grew
 * most, by the names that perf prints (no repair, no tiers folded).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CaptureRequest, runProgram } from './capture.ts';

/** Part of the samples by name. */
export interface RawShares {
  readonly self: Readonly<Record<string, number>>;
  readonly inclusive: Readonly<Record<string, number>>;
}

/** Records the whole machine; the answer reads it for some processes, while they still live. */
export async function recordRaw(
  request: CaptureRequest,
): Promise<{ read(pids: readonly number[]): Promise<RawShares>; drop(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'culprit-raw-'));
  const data = join(folder, 'perf.data');
  const what = ['-q', '-N', '-B', '-e', 'cpu-clock', '-F', `${request.hz}`, '-g', '-a', '-o', data];
  const drop = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    await runProgram('perf', ['record', ...what, '--', 'sleep', `${request.seconds}`]);
  } catch (error) {
    drop();
    throw error;
  }
  return {
    read: async (pids) => {
      const fields = ['-F', 'comm,pid,tid,time,event,ip,sym,dso', '--no-inline'];
      return shares(await runProgram('perf', ['script', '-f', '-i', data, '--pid', pids.join(','), ...fields]));
    },
    drop,
  };
}

/** As stackcollapse reads it: a frame is `address symbol (dso)`, the first of a sample is the leaf. */
function shares(text: string): RawShares {
  const self = new Map<string, number>();
  const inclusive = new Map<string, number>();
  let samples = 0;
  for (const block of text.split('\n\n')) {
    const frames = block
      .split('\n')
      .flatMap((line) => /^\s+[0-9a-f]+ (.+?) \((?:[^()]|\([^()]*\))*\)$/.exec(line)?.[1] ?? []);
    const leaf = frames[0];
    if (leaf === undefined) continue;
    samples++;
    self.set(leaf, (self.get(leaf) ?? 0) + 1);
    for (const name of new Set(frames)) inclusive.set(name, (inclusive.get(name) ?? 0) + 1);
  }
  const divide = (counts: Map<string, number>): Record<string, number> =>
    Object.fromEntries([...counts].map(([name, count]) => [name, count / Math.max(1, samples)]));
  return { self: divide(self), inclusive: divide(inclusive) };
}

/** The name whose share grew most. */
export function mostGrown(healthy: RawShares['self'], hot: RawShares['self']): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const [name, share] of Object.entries(hot)) {
    const growth = share - (healthy[name] ?? 0);
    if (growth > most) [best, most] = [name, growth];
  }
  return best;
}
