import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JitMap } from '../../../service/profile/jit/jit-map.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const parse = (text: string) => JitMap.parse(encode(text));

test('an address inside one entry gives that entry, its borders are start and start + size − 1', () => {
  const map = parse('1000 10 JS:*f /a b.js:1:2\n2000 8 JS:~g;h\n');
  assert.deepEqual(map.resolve(0x1000), { start: 0x1000, size: 16, offset: 0, symbol: 'JS:*f /a b.js:1:2' });
  assert.equal(map.resolve(0x100f)?.symbol, 'JS:*f /a b.js:1:2');
  assert.equal(map.resolve(0x1010), undefined);
  assert.equal(map.resolve(0xfff), undefined);
  assert.deepEqual(map.resolve(0x2007), { start: 0x2000, size: 8, offset: 26, symbol: 'JS:~g;h' });
});

test('where entries overlap wholly or partly the newest wins, and oldest tells what perf shows', () => {
  const map = parse('1000 100 old\n1080 100 partly\n1000 20 reused\n10f0 8 inside\n');
  assert.equal(map.resolve(0x1010)?.symbol, 'reused');
  assert.equal(map.resolve(0x1030)?.symbol, 'old');
  assert.equal(map.resolve(0x1090)?.symbol, 'partly');
  assert.equal(map.resolve(0x10f4)?.symbol, 'inside');
  assert.equal(map.resolve(0x10f8)?.symbol, 'partly');
  assert.deepEqual(
    [0x1010, 0x1090, 0x1170].map((address) => map.oldest(address)?.symbol),
    ['old', 'old', 'partly'],
  );
});

test('entries written after the limit did not exist yet', () => {
  const text = '1000 10 first\n1000 10 second\n1000 10 third\n';
  const map = parse(text);
  const second = text.indexOf('1000 10 second');
  assert.equal(map.resolve(0x1000, 0), undefined);
  assert.equal(map.resolve(0x1000, 1)?.symbol, 'first');
  assert.equal(map.resolve(0x1000, second)?.symbol, 'first');
  assert.equal(map.resolve(0x1000, second + 1)?.symbol, 'second');
  assert.equal(map.resolve(0x1000)?.symbol, 'third');
});

test('torn and foreign lines are counted and skipped, other spellings of numbers are read', () => {
  const map = parse(
    [
      'zz 10 no',
      '1000',
      '1000 10',
      '1000  10 two blanks',
      '0x00002000 0x10 zeros',
      'ABC0 1F upper',
      '',
      '3000 0 empty',
      '4000 10 torn off without a line en',
    ].join('\n'),
  );
  assert.equal(map.length, 2);
  assert.equal(map.skipped, 7);
  assert.equal(map.resolve(0x2008)?.symbol, 'zeros');
  assert.equal(map.resolve(0xabc5)?.symbol, 'upper');
  assert.equal(map.resolve(0x4000), undefined);
});

test('sizes and addresses that no process has are skipped, bytes that are not UTF-8 are replaced', () => {
  const map = JitMap.parse(
    new Uint8Array([...encode('ffffffffffffffff 10 kernel\n10 fffffffffff huge\n20 8 a'), 0xff, 10]),
  );
  assert.equal(map.length, 1);
  assert.equal(map.resolve(0x20)?.symbol, 'a\ufffd');
});

test('an empty map resolves nothing', () => {
  const map = JitMap.parse(new Uint8Array());
  assert.equal(map.length, 0);
  assert.equal(map.resolve(1), undefined);
  assert.equal(map.oldest(1), undefined);
});

/** The rule as one would write it on paper. */
function slowly(text: string, address: number, limit: number): string | undefined {
  let offset = 0;
  let found: string | undefined;
  for (const line of text.split('\n').slice(0, -1)) {
    const [start, size, ...symbol] = line.split(' ');
    const from = Number.parseInt(start ?? '', 16);
    if (offset < limit && from <= address && address < from + Number.parseInt(size ?? '', 16)) found = symbol.join(' ');
    offset += line.length + 1;
  }
  return found;
}

test('fast and slow agree on random maps', () => {
  const entry = fc.record({
    start: fc.oneof(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0x7f00_0000_0000, max: 0x7f00_0000_0fff })),
    size: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 3000 })),
  });
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 200 }),
      fc.array(fc.nat(5000), { minLength: 1, maxLength: 20 }),
      fc.nat(4000),
      fc.boolean(),
      (entries, probes, limit, high) => {
        const text = entries.map(({ start, size }, i) => `${start.toString(16)} ${size.toString(16)} f${i}\n`).join('');
        const map = parse(text);
        for (const probe of probes) {
          const address = probe + (high ? 0x7f00_0000_0000 : 0);
          assert.equal(map.resolve(address, limit)?.symbol, slowly(text, address, limit));
        }
      },
    ),
  );
});

/** A map as a process has after compiling for days: 2 million entries over 128 MiB. */
function bigMap(entries: number): Uint8Array {
  const bytes = new Uint8Array(entries * 64);
  let seed = 1;
  let at = 0;
  for (let i = 0; i < entries; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    const start = 0x7f00_0000_0000 + (seed % (1 << 22)) * 32;
    at += new TextEncoder().encodeInto(
      `${start.toString(16)} ${(64 + (i % 1500)).toString(16)} JS:*f${i} /srv/app/lib/file${i % 99}.js:${i % 999}:5\n`,
      bytes.subarray(at),
    ).written;
  }
  return bytes.subarray(0, at);
}

test('2 million entries are read and indexed in about a second and in less than 200 MB including their text', () => {
  const bytes = bigMap(2_000_000);
  const before = process.memoryUsage().arrayBuffers;
  const started = process.cpuUsage();
  const map = JitMap.parse(bytes);
  assert.ok(map.resolve(0x7f00_0400_0000) !== undefined);
  for (let i = 0; i < 10_000; i++) map.resolve(0x7f00_0000_0000 + i * 13_421, bytes.length / 2);
  const used = process.cpuUsage(started);
  assert.equal(map.length, 2_000_000);
  const megabytes = (process.memoryUsage().arrayBuffers - before + bytes.length) / 1e6;
  assert.ok(megabytes < 200, `${megabytes} MB`);
  // CPU time, which other work on the machine hardly changes; measured 0.5 s.
  assert.ok(used.user + used.system < 2e6, `${(used.user + used.system) / 1e6} s`);
});

test('a forged map in which every entry covers everything is not slow', () => {
  const text = Array.from({ length: 50_000 }, (_, i) => `${i.toString(16)} 7fffffff f${i}\n`).join('');
  const map = parse(text);
  const started = process.cpuUsage();
  for (let i = 0; i < 100; i++) assert.ok(map.resolve(0x100000 + i) !== undefined);
  assert.ok(process.cpuUsage(started).user < 2e6);
});

test('of a forged map at most 100,000 entries are looked at for an address, the nearest ones', () => {
  const text = Array.from({ length: 150_000 }, (_, i) => `${i.toString(16)} 7fffffff f${i}\n`).join('');
  assert.equal(parse(text).oldest(0x100000)?.symbol, 'f50000');
});

test('a forged map that covers an address without end costs a bounded time: the 100,000 nearest entries count', () => {
  const count = 150_000;
  const entry = (at: number) => `${(0x1000 + at).toString(16)} fffff n${at}`;
  const map = parse(`${Array.from({ length: count }, (_, at) => entry(at)).join('\n')}\n`);
  assert.equal(map.oldest(0x1000 + count)?.symbol, 'n50000');
  assert.equal(map.resolve(0x1000 + count)?.symbol, `n${count - 1}`);
});
