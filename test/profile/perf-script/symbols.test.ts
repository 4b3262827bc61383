import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { exportFolded } from '../../../service/profile/folded/export-folded.ts';
import { PerfScriptParser } from '../../../service/profile/perf-script/import-perf.ts';
import { parse } from '../../support/perf-text.ts';

const folder = join(import.meta.dirname, '../../fixtures/profiles');
const recordings = readdirSync(folder).filter((name) => name.endsWith('perf-script.txt.gz'));

test('a caller that only wants the spelling gets the same text without functions being worked out', () => {
  assert.notEqual(recordings.length, 0);
  for (const name of recordings) {
    const text = gunzipSync(readFileSync(join(folder, name)));
    const [known, spelled] = [true, false].map((identify) => {
      const parser = new PerfScriptParser({ identify });
      parser.write(text);
      return parser.finish();
    });
    assert.ok(known !== undefined && spelled !== undefined);
    assert.deepEqual(Buffer.concat([...exportFolded(spelled)]), Buffer.concat([...exportFolded(known)]), name);
    assert.deepEqual(spelled.ledger, known.ledger);
    assert.ok(known.functions.some((fn) => fn.category === 'app'));
    assert.ok(spelled.functions.every((fn) => fn.category === 'unknown' && fn.name !== ''));
  }
});

test('a function in the maps of two processes is one frame, a symbol of two libraries is two', () => {
  const stack = (pid: number, leaf: string, dso: string) =>
    `node ${pid}/${pid} 1.000000: cpu-clock: \n\t 4005d0 ${leaf}+0x1 (${dso})\n\t 4005d1 main (/bin/node)\n\n`;
  const { frames, functions } = parse(
    [
      stack(7, 'JS:*f /srv/a.js:1:1', '/tmp/perf-7.map'),
      stack(8, 'JS:*f /srv/a.js:1:1', '/tmp/perf-8.map'),
      stack(7, 'read', '/lib/libc.so.6'),
      stack(7, 'read', '/lib/libuv.so.1'),
    ].join(''),
  );
  assert.deepEqual([...frames.symbol].sort(), ['JS:*f /srv/a.js:1:1', 'main', 'read', 'read']);
  assert.equal(new Set(functions.map((fn) => fn.key)).size, 4);
});
