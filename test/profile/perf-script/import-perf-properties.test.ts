import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JitMap } from '../../../service/profile/jit/jit-map.ts';
import { LineCache } from '../../../service/profile/perf-script/line-cache.ts';
import { bytesOf, fold, folded, parse } from '../../support/perf-text.ts';
import { parseSlowly } from '../../support/slow-perf-parser.ts';

const symbol = fc.constantFrom(
  'main',
  'f',
  'g+0x1f',
  'std::vector<int>::push_back+0x2',
  '[unknown]',
  'JS:*f /srv/x.js:1:2',
  'JS:~ /srv/x.js:3:4+0xff',
  'операция',
);
const dso = fc.constantFrom(
  '/bin/a',
  '/usr/lib/libc.so.6',
  '[kernel.kallsyms]',
  '/tmp/perf-40.map',
  '/tmp/x (deleted)',
  '[unknown]',
);
const line = fc
  .tuple(fc.integer({ min: 1, max: 0xffff }), symbol, dso)
  .map(([address, name, module]) => `\t${address.toString(16).padStart(16)} ${name} (${module})`);
const header = fc
  .tuple(
    fc.constantFrom('a', 'my app', 'srv 8080', 'node', 'CPU 0/KVM'),
    fc.nat(99999),
    fc.nat(9_999_999),
    fc.integer({ min: 1, max: 9_999_999 }),
  )
  .map(
    ([comm, tid, time, period]) =>
      `${comm} ${String(tid).padStart(5)} ${(time / 1000).toFixed(6)}: ${String(period).padStart(10)} cycles: `,
  );
/** Lines are drawn from few, so that they repeat as in real stacks. */
const perfText = fc
  .array(line, { minLength: 1, maxLength: 12 })
  .chain((lines) =>
    fc.array(fc.tuple(header, fc.array(fc.constantFrom(...lines), { maxLength: 20 })), { minLength: 1, maxLength: 30 }),
  )
  .map((samples) => samples.map(([head, stack]) => `${[head, ...stack].join('\n')}\n\n`).join(''));

function asMap(lines: readonly string[]): Map<string, number> {
  return new Map(
    lines.map((text) => [text.slice(0, text.lastIndexOf(' ')), Number(text.slice(text.lastIndexOf(' ') + 1))]),
  );
}

const samplesOf = (text: string) =>
  fold(parse(text, { dropIdle: false }), { values: 'samples' })
    .split('\n')
    .slice(0, -1);

test('the fast parser agrees with the slow one', () => {
  fc.assert(
    fc.property(perfText, (text) => assert.deepEqual(asMap(samplesOf(text)), new Map([...parseSlowly(text)].sort()))),
    {
      numRuns: 200,
    },
  );
});

test('it does not matter where the text is cut into pieces', () => {
  fc.assert(
    fc.property(perfText, fc.integer({ min: 1, max: 60 }), (text, piece) => {
      assert.deepEqual(parse(text, {}, piece), parse(text));
    }),
    { numRuns: 300 },
  );
});

/**
 * What a text may be made of, in any order: headers of few names, events and lengths, with a frame and without, stacks,
 * damage.
 */
const block = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('a', 'b', 'my app').map((comm) => `${comm}     7 1.000000:          1 cycles: `),
  },
  { weight: 1, arbitrary: fc.constantFrom('a', 'b').map((comm) => `${comm}     7 1.000000:          1 cyclez: `) },
  fc.constant(`a     7 1.000000:          1 cycles:  ${'40'.padStart(16)} lone (/usr/lib/x86_64-linux-gnu/libc.so.6)`),
  { weight: 6, arbitrary: fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => lines.join('\n')) },
  { weight: 3, arbitrary: fc.constant('') },
  fc.constantFrom('# ========', 'stray', '\t', 'a 7 1.000000: 1 cycles: \u00e9'),
);
/** Few blocks, again and again. */
const anyText = fc
  .array(block, { minLength: 2, maxLength: 10 })
  .chain((blocks) => fc.array(fc.constantFrom(...blocks), { minLength: 2, maxLength: 60 }))
  .map((blocks) => `${blocks.join('\n')}\n`);

test('nor where a damaged text is cut, in which events and names change', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 800 }), (text, piece) => {
      assert.deepEqual(parse(text, { dropIdle: false }, piece), parse(text, { dropIdle: false }));
    }),
    { numRuns: 150 },
  );
});

/** Addresses of `line` with one, two and three functions, and with none. */
const map = JitMap.parse(
  bytesOf(
    '0 4000 JS:~f /srv/x.js:1:1\n1000 4000 JS:*g /srv/x.js:2:1\n2000 1000 JS:*h /srv/x.js:3:1\n' +
      '8000 2000 JS:^i /srv/x.js:4:1\n',
  ),
);

test('in pieces smaller than a stack no suffix is recognised, which changes no frame, resolution or process', () => {
  const jitMaps = new Map([[40, map]]);
  const resolutions = { repaired: 0, ambiguous: 0, unresolved: 0 };
  fc.assert(
    fc.property(perfText, fc.integer({ min: 1, max: 60 }), (text, piece) => {
      const whole = parse(text, { jitMaps });
      for (const resolution of ['repaired', 'ambiguous', 'unresolved'] as const)
        resolutions[resolution] += whole.ledger.jit[resolution];
      assert.deepEqual(parse(text, { jitMaps }, piece), whole);
    }),
    { numRuns: 100 },
  );
  for (const [resolution, frames] of Object.entries(resolutions)) assert.notEqual(frames, 0, resolution);
});

test('every sample has one resolution, whatever line of the text is damaged', () => {
  fc.assert(
    fc.property(perfText, fc.nat(), fc.uint8Array({ maxLength: 30 }), (text, place, noise) => {
      const bytes = bytesOf(text);
      const damaged = new Uint8Array(bytes);
      damaged.set(noise.subarray(0, bytes.length), place % Math.max(1, bytes.length - noise.length));
      const { ledger, samples } = parse(damaged, { dropIdle: false });
      const filtered = Object.values(ledger.filtered).reduce((sum, n) => sum + n, 0);
      assert.equal(ledger.recorded, ledger.drawn + filtered);
      assert.equal(samples.length, ledger.drawn);
    }),
    { numRuns: 200 },
  );
});

test('random bytes and random text never crash it', () => {
  const noise = fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.string({ unit: 'binary', maxLength: 400 }).map(bytesOf));
  fc.assert(
    fc.property(noise, (bytes) => void folded(bytes)),
    { numRuns: 300 },
  );
});

test('lines are found again, also after the cache has forgotten all', () => {
  const cache = new LineCache();
  const viewOf = (line: string) => new DataView(new Uint8Array(bytesOf(line)).buffer);
  const text = viewOf('one\ntwo\n');
  const one = cache.add(text, 0, 4, 7);
  assert.equal(cache.find(text, 0, 4, 7), one);
  assert.equal(cache.find(text, 4, 4, 7), 0);
  cache.clear();
  assert.equal(cache.find(text, 0, 4, 7), 0);
  for (let i = 0; i < 40_000; i++) {
    const entry = viewOf(`${i}\n`);
    cache.add(entry, 0, entry.byteLength, i);
  }
  assert.notEqual(cache.find(viewOf('39999\n'), 0, 6, 39_999), 0);
});
