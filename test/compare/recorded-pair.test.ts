/** Two healthy recordings of one service and one with a known fault: app2.js:5:63 gains 10.7 points of the CPU. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { compare } from '../../service/compare/compare.ts';
import { JitMap } from '../../service/profile/jit/jit-map.ts';
import { PerfScriptParser } from '../../service/profile/perf-script/import-perf.ts';
import type { Profile } from '../../service/profile/profile.ts';

const PAIR = join(import.meta.dirname, '../../../shared/perf-samples/recorded/pair');
const missing = existsSync(PAIR) ? false : `the recorded pair is not at ${PAIR}`;

function load(name: string): Profile {
  const jitMaps = new Map<number, JitMap>();
  for (const file of readdirSync(PAIR)) {
    const pid = file.startsWith(`${name}.`) ? /\.perf-(\d+)\.map\.gz$/.exec(file)?.[1] : undefined;
    if (pid !== undefined) jitMaps.set(Number(pid), JitMap.parse(gunzipSync(readFileSync(join(PAIR, file)))));
  }
  const parser = new PerfScriptParser({ jitMaps });
  parser.write(gunzipSync(readFileSync(join(PAIR, `${name}.perf-script.txt.gz`))));
  return parser.finish();
}

test('two healthy recordings of one service name no function', { skip: missing }, () => {
  assert.deepEqual(compare(load('healthy-1'), load('healthy-2')).findings, []);
});

test('the injected fault is the only finding, against one peer and against two', { skip: missing }, () => {
  const [first, second, hot] = [load('healthy-1'), load('healthy-2'), load('hot')];
  for (const healthy of [first, second, [first, second]]) {
    const { findings, verdict, hot: side } = compare(healthy, hot);
    assert.equal(findings.length, 1);
    const [top] = findings;
    assert.deepEqual([top?.function, top?.line, top?.file?.endsWith('/app2.js')], ['(anonymous)', 5, true]);
    const points = 0.107 * side.cores;
    assert.ok((top?.ci[0] ?? 1) <= points && points <= (top?.ci[1] ?? 0), `${top?.ci} holds ${points}`);
    assert.equal(verdict.class, 'hot path');
  }
});
