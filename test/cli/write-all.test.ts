import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { writeAll } from '../../service/cli/output/write-all.ts';
import { exportFolded } from '../../service/profile/folded/export-folded.ts';
import { parse } from '../support/perf-text.ts';

/** 400 stacks with a long name in each: some MB, in several pieces. */
const profile = parse(
  Array.from(
    { length: 400 },
    (_, i) => `node ${i} 1.000000: cycles: \n\t${'1'.padStart(16)} f${i}_${'x'.repeat(3000)} (/bin/a)\n\n`,
  ).join(''),
);

test('pieces of folded text are apart, unless they may share their memory', () => {
  const apart = [...exportFolded(profile)];
  assert.ok(apart.length > 3);
  assert.equal(Buffer.concat(apart).toString().split('\n').length, 401);
  const shared = Array.from(exportFolded(profile, { reuseMemory: true }), (piece) => piece.buffer);
  assert.equal(new Set(shared).size, 1);
});

test('pieces that share their memory arrive intact when the reader is slow', async () => {
  const arrived: string[] = [];
  const slow = new Writable({
    highWaterMark: 1 << 30,
    write(chunk: Buffer, _encoding, done) {
      setImmediate(() => {
        arrived.push(chunk.toString());
        done();
      });
    },
  });
  await writeAll(slow, exportFolded(profile, { reuseMemory: true }));
  assert.equal(arrived.join(''), Buffer.concat([...exportFolded(profile)]).toString());
});

test('an error of the reader is reported by its event', async () => {
  const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('gone')) });
  const told = new Promise((resolve) => broken.once('error', resolve));
  await writeAll(broken, ['a', 'b']);
  assert.match(String(await told), /gone/);
});
