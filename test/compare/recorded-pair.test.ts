/** Two healthy recordings of one service and one with a known fault: our own, and one that lies beside the repository. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { compare } from '../../service/compare/compare.ts';
import { JitMap } from '../../service/profile/jit/jit-map.ts';
import { PerfScriptParser } from '../../service/profile/perf-script/import-perf.ts';
import type { Profile } from '../../service/profile/profile.ts';

interface Pair {
  readonly folder: string;
  readonly culprit: { readonly file: string; readonly line: number };
  /** Part of the hot side's CPU that the fault adds; null where the recording's load is not known that well. */
  readonly addedShare: number | null;
}

const PAIRS: Readonly<Record<string, Pair>> = {
  'our own pair': {
    folder: join(import.meta.dirname, '../fixtures/pair'),
    culprit: { file: '/shop.js', line: 23 },
    addedShare: null,
  },
  'the outside pair': {
    folder: join(import.meta.dirname, '../../../shared/perf-samples/recorded/pair'),
    culprit: { file: '/app2.js', line: 5 },
    addedShare: 0.107,
  },
};

function load(folder: string, name: string): Profile {
  const jitMaps = new Map<number, JitMap>();
  for (const file of readdirSync(folder)) {
    const pid = file.startsWith(`${name}.`) ? /\.perf-(\d+)\.map\.gz$/.exec(file)?.[1] : undefined;
    if (pid !== undefined) jitMaps.set(Number(pid), JitMap.parse(gunzipSync(readFileSync(join(folder, file)))));
  }
  const parser = new PerfScriptParser({ jitMaps });
  parser.write(gunzipSync(readFileSync(join(folder, `${name}.perf-script.txt.gz`))));
  return parser.finish();
}

for (const [name, { folder, culprit, addedShare }] of Object.entries(PAIRS)) {
  const skip = existsSync(folder) ? false : `the recorded pair is not at ${folder}`;

  test(`${name}: two healthy recordings name no function`, { skip }, () => {
    assert.deepEqual(compare(load(folder, 'healthy-1'), load(folder, 'healthy-2')).findings, []);
  });

  test(`${name}: the injected fault is the only finding, against one peer and against two`, { skip }, () => {
    const [first, second, hot] = [load(folder, 'healthy-1'), load(folder, 'healthy-2'), load(folder, 'hot')];
    for (const healthy of [first, second, [first, second]]) {
      const { findings, verdict, hot: side } = compare(healthy, hot);
      assert.deepEqual(
        findings.map((finding) => [finding.function, finding.line, finding.file?.endsWith(culprit.file)]),
        [['(anonymous)', culprit.line, true]],
      );
      assert.equal(verdict.class, 'hot path');
      if (addedShare === null) continue;
      const [low, high] = findings[0]?.ci ?? [1, 0];
      const added = addedShare * side.cores;
      assert.ok(low <= added && added <= high, `${low} to ${high} holds ${added}`);
    }
  });
}
