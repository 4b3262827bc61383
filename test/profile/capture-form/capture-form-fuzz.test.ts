import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { readCapture } from '../../../service/profile/capture-form/capture-form.ts';
import { AppError } from '../../../service/shared/errors.ts';

const FIXTURE = gunzipSync(readFileSync(join(import.meta.dirname, '../../fixtures/captures/mail-ingest.capture.gz')));
const TEXT = FIXTURE.toString('latin1');
const CODE = {
  functions: [
    ['(root)', '', 0, 0],
    ['f', '/srv/a.js', 5, 63],
    ['g', '/srv/a.js', 2, 14],
  ],
  callees: [[1, [[2, 1, 1]]]],
  v8: {
    nodes: [-1, 0, 0, 1, 1, 2],
    ticks: [1, 6, 30, -1, 1, 3, 20, 2, 2, 4, 9, -1],
    samples: [1, 2],
    deltasMs: [10, 0],
  },
};
/** The same as the second form, with what V8 saw in its first process. */
const SECOND = `${TEXT.replace('capture 1\n', 'capture 2\n')}visits 1
{"pid":1,"status":"profiled","startedAt":1700000000000}
code 1
0 ${JSON.stringify(CODE)}
`;

/** A profile that holds together, or a fault that we foresaw; nothing else may come out. */
function readsOrRefuses(input: string | Uint8Array): 'read' | 'refused' {
  try {
    const { samples, tree, threads, frames, functions, processes, ledger } = readCapture(input);
    for (let i = 0; i < samples.length; i++) {
      assert.ok((samples.node[i] as number) < tree.length && (samples.thread[i] as number) < threads.length);
      assert.ok((samples.atMs[i] as number) >= 0 && (samples.weight[i] as number) >= 0);
    }
    for (let i = 1; i < tree.length; i++) {
      assert.ok((tree.parent[i] as number) < i && (tree.frame[i] as number) < frames.length);
    }
    for (const id of frames.functionOf) assert.ok(id < functions.length);
    for (const { process } of threads) assert.ok(process < processes.length);
    const sum = Object.values(ledger.filtered).reduce((total, count) => total + count, ledger.drawn);
    assert.equal(sum, ledger.recorded);
    return 'read';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    assert.match(error.message, /\S/);
    return 'refused';
  }
}

test('random bytes are refused', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => readsOrRefuses(bytes) === 'refused'));
});

test('random lines after a valid beginning are refused or read', () => {
  const head = TEXT.slice(0, TEXT.indexOf('\n', TEXT.indexOf('\n') + 1) + 1);
  const word = fc.constantFrom(
    'frames',
    'threads',
    'tree',
    'samples',
    '@',
    '.',
    '*0 0 0:0',
    '/',
    '!',
    '#',
    '"',
    '~~',
    ' ',
    '1',
  );
  const line = fc.array(fc.oneof(word, fc.nat(50).map(String)), { maxLength: 6 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => void readsOrRefuses(`${head}${lines.join('\n')}\n`)),
  );
});

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.oneof({ weight: 4, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(2000) }),
    insert: fc.oneof(
      fc.constantFrom(
        '',
        '',
        '/',
        '~',
        'V',
        'W',
        '!',
        '"',
        '#',
        '-',
        '.',
        '\n',
        '\r',
        '\0',
        '9',
        '0',
        ':',
        '*',
        '@',
        '🔥',
      ),
      fc.string({ maxLength: 8 }),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

function mutate(text: string, changes: readonly Edit[]): string {
  let result = text;
  for (const { at, remove, insert } of changes) {
    const place = Math.floor(at * result.length);
    result = result.slice(0, place) + insert + result.slice(place + remove);
  }
  return result;
}

test('random mutations of a real capture are refused or read, never worse', () => {
  let refused = 0;
  fc.assert(
    fc.property(edits, (changes) => {
      if (readsOrRefuses(mutate(TEXT, changes)) === 'refused') refused++;
    }),
    { numRuns: 150 },
  );
  assert.ok(refused > 0);
});

test('random mutations of the dense lines and of the numbers in the tables, where the most meaning is', () => {
  const from = TEXT.indexOf('\nthreads ');
  fc.assert(
    fc.property(edits, (changes) => void readsOrRefuses(TEXT.slice(0, from) + mutate(TEXT.slice(from), changes))),
    { numRuns: 150 },
  );
  const facts = TEXT.indexOf('\nframes ');
  fc.assert(
    fc.property(edits, (changes) => void readsOrRefuses(mutate(TEXT.slice(0, facts), changes) + TEXT.slice(facts))),
    { numRuns: 100 },
  );
});

test('random mutations of visits and code are refused or read', () => {
  const from = SECOND.indexOf('\nvisits ');
  assert.equal(readsOrRefuses(SECOND), 'read');
  fc.assert(
    fc.property(edits, (changes) => void readsOrRefuses(SECOND.slice(0, from) + mutate(SECOND.slice(from), changes))),
    { numRuns: 150 },
  );
});

test('of the second form only the whole is read', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: SECOND.indexOf('\nvisits '), max: SECOND.length - 1 }),
      (length) => readsOrRefuses(SECOND.slice(0, length)) === 'refused',
    ),
    { numRuns: 60 },
  );
});

test('a capture that was cut anywhere is refused', () => {
  fc.assert(
    fc.property(fc.nat(TEXT.length - 1), (length) => readsOrRefuses(TEXT.slice(0, length)) === 'refused'),
    { numRuns: 60 },
  );
});
