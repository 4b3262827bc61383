import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type MadeRecording, reduced, reduceText, sampleLines, trailer } from '../support/scripts/reduce-text.ts';
import { AWKS, folder } from '../support/scripts/remote-script.ts';

const FIRST_AWK = AWKS[0] ?? ['awk'];
const NODE = '(/usr/bin/node)';

/** Header and frames as `perf script -F pid,tid,time,period,ip,sym,dso` prints them, leaf first. */
function sample(at: number, frames: readonly string[], pid = 7, tid = pid, period = 10_000_000): string {
  return (
    `${`${pid}/${tid}`.padStart(11)} ${at.toFixed(6).padStart(12)}:   ${period} \n` +
    `${frames.map((frame) => `\t    ${frame}\n`).join('')}\n`
  );
}

function jit(address: number, shown: string): string {
  return `${address.toString(16)} ${shown} (/tmp/perf-7.map)`;
}

/** A map with a name for each [address, size]; also where each line begins. */
function map(...entries: readonly (readonly [number, number, string])[]) {
  const lines = entries.map(([start, size, name]) => `${start.toString(16)} ${size.toString(16)} ${name}\n`);
  const at = lines.map((_, i) => lines.slice(0, i).join('').length);
  return { text: lines.join(''), at, length: lines.join('').length };
}

function lines(t: Parameters<typeof folder>[0], made: MadeRecording): string[] {
  return sampleLines(reduced(FIRST_AWK, folder(t), made));
}

test('stacks come back with process, thread and time', (t) => {
  const stacks =
    sample(100, ['10 read (/lib/libc.so.6)', `20 main ${NODE}`]) +
    sample(100.5, [`20 main ${NODE}`], 8, 81) +
    sample(101, ['11 read (/lib/libc.so.6)', `20 main ${NODE}`]);
  const made = { stacks, start: 100, processes: [{ pid: 7 }, { pid: 8 }] };
  assert.deepEqual(lines(t, made), ['7/7 0 main;read', '7/7 50 main;read', '8/81 25 main']);
});

test('samples of one node, thread and time keep their number, and periods that differ keep their value', (t) => {
  const frame = [`20 main ${NODE}`];
  const stacks = sample(100, frame) + sample(100.001, frame) + sample(100.002, frame, 7, 7, 123_456_789);
  const { samples } = reduced(FIRST_AWK, folder(t), { stacks, start: 100, processes: [{ pid: 7 }] });
  assert.equal(
    samples.count.reduce((sum, count) => sum + count, 0),
    3,
  );
  assert.deepEqual([...samples.weight].sort(), [10_000_000, 10_000_000, 123_456_789]);
});

test('symbols with brackets, blanks, semicolons and arrows stay whole; the module is the last bracket', (t) => {
  const frames = [
    '1 (anonymous namespace)::f (/opt/a (deleted))',
    '2 operator()(int) const (/opt/b (x)/c)',
    '3 a;b -> c (d (/opt/d)',
    '4 [unknown] ([unknown])',
    '5  (/lib/libz.so.1)',
  ];
  const profile = reduced(FIRST_AWK, folder(t), {
    stacks: sample(1, frames),
    start: 1,
    processes: [{ pid: 7 }],
  });
  assert.deepEqual(sampleLines(profile), [
    '7/7 0 [libz.so.1];[unknown];a;b -> c (d;operator()(int) const;(anonymous namespace)::f',
  ]);
});

test('a sample without a stack is kept at the root, and a lone frame on the header line is read', (t) => {
  const stacks =
    `${sample(1, [])}    7/7        1.500000:   10000000             4005 main (/usr/bin/node)\n` +
    `${sample(2, [`9 x ${NODE}`])}`;
  assert.deepEqual(lines(t, { stacks, start: 1, processes: [{ pid: 7 }] }), ['7/7 0 ', '7/7 25 main', '7/7 50 x']);
});

test('samples of processes that were not requested are counted, not drawn', (t) => {
  const dir = folder(t);
  const stacks = sample(1, [`9 x ${NODE}`]) + sample(1, [`9 x ${NODE}`], 66);
  reduceText(FIRST_AWK, dir, { stacks, start: 1, processes: [{ pid: 7 }] });
  assert.deepEqual([trailer(dir).drawn, trailer(dir).strange], [1, 1]);
});

test('of the map entries at an address the newest that existed before the recording names the frame', (t) => {
  const { text, length } = map([0x7f00_1000, 0x100, 'JS:~old /a.js:1:1'], [0x7f00_1080, 0x40, 'JS:*new /a.js:2:2']);
  const stacks = sample(10, [jit(0x7f00_1090, 'JS:~old /a.js:1:1'), jit(0x7f00_1010, 'JS:~old /a.js:1:1')]);
  const profile = reduced(FIRST_AWK, folder(t), {
    stacks,
    start: 10,
    processes: [{ pid: 7, map: text, sizes: [[9, length]] }],
  });
  assert.deepEqual(sampleLines(profile), ['7/7 0 JS:~old /a.js:1:1;JS:*new /a.js:2:2']);
  assert.deepEqual(profile.ledger.jit, { frames: 2, repaired: 1, ambiguous: 0, unresolved: 0 });
});

test('an entry written during the recording names only the samples after it', (t) => {
  const long = `/srv/${'a'.repeat(80)}.js`;
  const a = `JS:~a ${long}:1:1`;
  const b = `JS:~b ${long}:2:1`;
  const { text, at, length } = map([0x7f00_1000, 0x100, a], [0x7f00_1000, 0x100, b]);
  const frame = [jit(0x7f00_1010, a)];
  const sizes = [
    [9.5, at[1]],
    [11, at[1]],
    [12, length],
    [14, length],
  ] as [number, number][];
  const profile = reduced(FIRST_AWK, folder(t), {
    stacks: sample(10, frame) + sample(11.1, frame) + sample(11.9, frame) + sample(13, frame),
    start: 10,
    processes: [{ pid: 7, map: text, sizes }],
  });
  assert.deepEqual(sampleLines(profile), [`7/7 0 ${a}`, `7/7 150 ${b}`, `7/7 55 ${a}`, `7/7 95 ${b}`]);
  assert.deepEqual(profile.ledger.jit, { frames: 4, repaired: 1, ambiguous: 2, unresolved: 0 });
});

test('an entry written after the last sample of an address names nothing', (t) => {
  const { text, at, length } = map([0x7f00_1000, 0x100, 'JS:~a /a.js:1:1'], [0x7f00_1000, 0x100, 'JS:~b /a.js:2:1']);
  const sizes = [
    [9, at[1]],
    [11, at[1]],
    [12, length],
  ] as [number, number][];
  const body = reduceText(FIRST_AWK, folder(t), {
    stacks: sample(10, [jit(0x7f00_1010, 'JS:~b /a.js:2:1')]),
    start: 10,
    processes: [{ pid: 7, map: text, sizes }],
  });
  assert.match(body, /^~JS:~a \/a\.js:1:1$/m);
  assert.doesNotMatch(body, /^[*:]/m);
});

test('entries that reach into the next page, with zeros in front, torn or absurdly large are read right', (t) => {
  const text = [
    '0000007f001ff0 20 JS:*across /a.js:1:1\n',
    '7f002000 1 first\n',
    '0 7fffffffffff JS:*everything /evil.js:1:1\n',
    'zz 10 no\n7f003000 JS:*torn\n\n',
    '0x7f004000 0x40 prefixed\n',
    '7f005000 3000 long\n',
    '7f001ff0 20 JS:*cut off',
  ].join('');
  const frames = [0x7f00_2008, 0x7f00_2000, 0x7f00_4010, 0x7f00_7fff].map((address) => jit(address, '[unknown]'));
  const made = { stacks: sample(1, frames), start: 1, processes: [{ pid: 7, map: text, sizes: [[0, 400]] as never }] };
  assert.deepEqual(lines(t, made), ['7/7 0 long;prefixed;first;JS:*across /a.js:1:1']);
});

test('equal addresses in two processes are two functions', (t) => {
  const one = map([0x7f00_1000, 0x10, 'JS:*one /a.js:1:1']).text;
  const two = map([0x7f00_1000, 0x10, 'JS:*two /a.js:2:1']).text;
  // Both are pid 7 in a container of their own, so that perf prints the same line for both.
  const frame = [jit(0x7f00_1000, '[unknown]')];
  const made = {
    stacks: sample(1, frame, 70) + sample(1, frame, 71) + sample(1.1, frame, 70),
    start: 1,
    processes: [
      { pid: 70, map: one, sizes: [[0, one.length]] as never },
      { pid: 71, map: two, sizes: [[0, two.length]] as never },
    ],
  };
  assert.deepEqual(lines(t, made), [
    '70/70 0 JS:*one /a.js:1:1',
    '70/70 5 JS:*one /a.js:1:1',
    '71/71 0 JS:*two /a.js:2:1',
  ]);
});

test('control bytes never reach the output, wherever they stand', (t) => {
  const text = map([0x7f00_1000, 0x10, 'JS:*a\u001b[2J\rb /a.js:1:1']).text;
  const body = reduceText(FIRST_AWK, folder(t), {
    stacks: sample(1, [jit(0x7f00_1000, 'x\u0007y'), `9 sym\u0001bol\t (/opt/\u001bevil)`]),
    start: 1,
    processes: [{ pid: 7, map: text, sizes: [[0, text.length]] }],
    threads: [[7, 7, 'evil;name']],
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  assert.doesNotMatch(body, /[\u0000-\u0009\u000b-\u001f\u007f]/);
});

/** Random recordings over few names, so that stacks meet; times rise as perf sorts them. */
const recordings = fc
  .array(
    fc.record({
      step: fc.integer({ min: 0, max: 60 }),
      thread: fc.integer({ min: 0, max: 3 }),
      stack: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 }),
      period: fc.constantFrom(10_000_000, 10_000_000, 5_025_125),
    }),
    { maxLength: 60 },
  )
  .map((rows) => {
    let at = 1000;
    const expected: string[] = [];
    const stacks = rows.map(({ step, thread, stack, period }) => {
      at += step / 1000;
      const pid = 7 + (thread & 1);
      const names = stack.map((n) => `f${n}`);
      expected.push(`${pid}/${pid + thread} ${Math.floor((at - 1000) / 0.02 + 1e-6)} ${names.toReversed().join(';')}`);
      return sample(
        at,
        stack.map((n, i) => `${(i + 1) * 16 + n} f${n} (/lib/l${n % 3}.so)`),
        pid,
        pid + thread,
        period,
      );
    });
    return { stacks: stacks.join(''), expected: expected.sort() };
  });

test('random recordings come back sample by sample', (t) => {
  const dir = folder(t);
  fc.assert(
    fc.property(recordings, ({ stacks, expected }) => {
      const made = { stacks, start: 1000 - 1e-6, processes: [{ pid: 7 }, { pid: 8 }] };
      assert.deepEqual(sampleLines(reduced(FIRST_AWK, dir, made)), expected);
    }),
    { numRuns: 40 },
  );
});

test('mawk, gawk and busybox awk print the same bytes', (t) => {
  if (AWKS.length < 2) return t.skip(`only ${AWKS.length} awk is installed`);
  const dir = folder(t);
  const { text, at, length } = map(
    [0x7f00_1000, 0x100, 'JS:~a /a.js:1:1'],
    [0x7f00_1000, 0x100, 'JS:~b \xe4 /a.js:2:1'],
  );
  fc.assert(
    fc.property(recordings, ({ stacks }) => {
      const made = {
        stacks:
          stacks + sample(1005, [jit(0x7f00_1010, 'x'), '1 \xff\xfe (/a)']) + sample(1007, [jit(0x7f00_1010, 'x')]),
        start: 1000 - 1e-6,
        processes: [
          {
            pid: 7,
            map: text,
            sizes: [
              [999, at[1]],
              [1004, at[1]],
              [1006, length],
            ] as never,
          },
          { pid: 8 },
        ],
        threads: [[7, 7, 'na me']] as never,
      };
      const [first, ...others] = AWKS.map((awk) => reduceText(awk, dir, made));
      for (const other of others) assert.equal(other, first);
    }),
    { numRuns: 15 },
  );
});
