/**
 * Two healthy recordings of one service and one with a known fault: our own, and one that lies beside the repository.
 */
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

/** The same recording of a program with some lines of comment before line `from`. */
interface Edit {
  readonly file: string;
  readonly from: number;
  readonly lines: number;
}

function edited(text: string, { file, from, lines }: Edit): string {
  return text.replace(new RegExp(`(${file}:)(\\d+)`, 'g'), (_, start: string, line: string) => {
    return `${start}${Number(line) < from ? line : Number(line) + lines}`;
  });
}

function load(folder: string, name: string, edit?: Edit): Profile {
  const read = (file: string): Buffer => {
    const text = gunzipSync(readFileSync(join(folder, file)));
    return edit === undefined ? text : Buffer.from(edited(text.toString('latin1'), edit), 'latin1');
  };
  const jitMaps = new Map<number, JitMap>();
  for (const file of readdirSync(folder)) {
    const pid = file.startsWith(`${name}.`) ? /\.perf-(\d+)\.map\.gz$/.exec(file)?.[1] : undefined;
    if (pid !== undefined) jitMaps.set(Number(pid), JitMap.parse(read(file)));
  }
  const parser = new PerfScriptParser({ jitMaps });
  parser.write(read(`${name}.perf-script.txt.gz`));
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

  test(`${name}: the same program with lines of comment in it is the same program`, { skip }, () => {
    const hot = load(folder, 'hot');
    const unmoved = compare(load(folder, 'healthy-1'), hot);
    for (const from of [2, culprit.line]) {
      const moved = load(folder, 'healthy-1', { file: culprit.file.slice(1), from, lines: 4 });
      const again = compare(moved, hot);
      assert.deepEqual(
        again.findings.map(({ function: named, line, q, deltaCores }) => ({ named, line, q, deltaCores })),
        unmoved.findings.map(({ function: named, line, q, deltaCores }) => ({ named, line, q, deltaCores })),
      );
      assert.equal(again.rows.length, unmoved.rows.length);
      assert.ok(again.method.some((words) => /Line numbers of \d+ functions? in 1 file differ/.test(words)));
      assert.deepEqual(compare(moved, load(folder, 'healthy-2')).findings, []);
    }
    assert.ok(!unmoved.method.some((words) => words.startsWith('Line numbers')));
  });
}
