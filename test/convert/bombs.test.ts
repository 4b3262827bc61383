/** Small files that would fill the memory, or keep the service busy: refused in words, in bounded memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { decodeProfile } from '../../service/convert/load-profile.ts';
import { IntColumn } from '../../service/profile/columns.ts';

const TOO_LARGE = { code: 'INPUT_TOO_LARGE' };
const bytes = (text: string) => new TextEncoder().encode(text);
const repeated = (head: string, part: string, times: number) => Buffer.from(head + part.repeat(times));

test('what an instance sent may not unpack to more than twice the largest capture', async () => {
  const text = repeated('a 9 1.000001: 5 cycles: \n\t 1f x (/bin/a)\n\n', `${'x'.repeat(1023)}\n`, 140_000);
  for (const pack of [gzipSync, zstdCompressSync]) {
    const bomb = pack(text);
    assert.ok(bomb.length < 1e6);
    await assert.rejects(decodeProfile(bomb), TOO_LARGE);
    await assert.rejects(decodeProfile(gzipSync(bomb)), TOO_LARGE);
  }
});

test('JSON that is nested without end, or holds nothing but brackets, is refused before it is parsed', async () => {
  const deep = repeated('{"nodes":', '[', 2_000_000);
  await assert.rejects(decodeProfile(gzipSync(deep)), { ...TOO_LARGE, message: /nested/ });
  const wide = repeated('{"nodes":[', '[],', 11_000_000);
  const before = process.memoryUsage().heapUsed;
  await assert.rejects(decodeProfile(gzipSync(wide)), { ...TOO_LARGE, message: /lists and objects/ });
  assert.ok(process.memoryUsage().heapUsed - before < 200e6);
});

test('brackets inside JSON strings are not brackets', async () => {
  const name = JSON.stringify(`\\"${'[{'.repeat(200_000)}\\`);
  const file =
    `{"shared":{"frames":[{"name":${name}}]},"profiles":[{"type":"sampled","unit":"none",` +
    '"samples":[[0]],"weights":[3]}]}';
  assert.equal((await decodeProfile(bytes(file))).ledger.drawn, 3);
});

test('pprof of nothing but empty messages is refused before it is decoded', async () => {
  const bomb = Buffer.concat([
    Buffer.from('0a0408011002', 'hex'),
    Buffer.alloc(10_000_000, Buffer.from('1200', 'hex')),
  ]);
  await assert.rejects(decodeProfile(gzipSync(bomb)), TOO_LARGE);
});

test('more samples than any real recording has are refused', () => {
  const column = new IntColumn();
  column.data = new Int32Array(1 << 24);
  column.length = 1 << 24;
  assert.throws(() => column.push(1), TOO_LARGE);
});

test('a stack deeper than any real one is refused', async () => {
  const text = repeated('a 9 1.000001: 5 cycles: \n', '\t 1f x (/b)\n', 1_100_000);
  await assert.rejects(decodeProfile(text), { ...TOO_LARGE, message: /1,048,576 frames in a stack/ });
});

test('zstd that wants more memory than decoders give is refused with advice', async () => {
  // A frame header whose window is 2 GB.
  const frame = Buffer.from('28b52ffd00a8', 'hex');
  await assert.rejects(decodeProfile(Buffer.concat([frame, Buffer.alloc(64)])), {
    code: 'INPUT_CORRUPT',
    hint: /zstd -d/,
  });
});
