import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compare } from '../../service/compare/compare.ts';
import type { Differential } from '../../service/compare/differential.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { profileFromText } from '../support/profile-from-text.ts';

const FRAMES = [
  'main@/srv/app.js:1',
  'handle@/srv/app.js:20',
  'parse@/srv/node_modules/htmlparser2/lib/Parser.js:40',
  'emit@node:events:489',
  'Builtins_JsonParse',
  'epoll_wait[kernel]',
  'v8::internal::Heap::Scavenge',
];

const stack = fc.array(fc.constantFrom(...FRAMES), { minLength: 1, maxLength: 6 }).map((frames) => frames.join(';'));
const line = fc
  .record({
    stack,
    count: fc.integer({ min: 1, max: 200 }),
    pid: fc.integer({ min: 1, max: 2 }),
    from: fc.integer({ min: 0, max: 8 }),
  })
  .map((one) => `[${one.pid}] ${one.from}..10 ${one.stack} ${one.count}`);
const drawing = fc.array(line, { minLength: 1, maxLength: 12 }).map((lines) => lines.join('\n'));

function close(actual: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );
}

function byKey(differential: Differential): Map<string, Differential['rows'][number]> {
  return new Map(differential.rows.map((row) => [differential.tree.functions[row.fn]?.key ?? '', row]));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

test('cores are conserved: own times of all nodes and of all functions add up to the profiled cores', () => {
  fc.assert(
    fc.property(drawing, drawing, (healthy, hot) => {
      const { tree, rows, hot: side, healthy: other } = compare(profileFromText(healthy), profileFromText(hot));
      close(sum(tree.hotSelf), side.cores, 'nodes, hot');
      close(sum(tree.healthySelf), other.cores, 'nodes, healthy');
      close(sum(rows.map((row) => row.self.hotCores)), side.cores, 'functions, hot');
      close(sum(rows.map((row) => row.self.healthyCores)), other.cores, 'functions, healthy');
      close(tree.hotTotal[0] as number, side.cores, 'root, hot');
      for (const row of rows) assert.ok(row.total.hotCores <= side.cores + 1e-9, 'recursion counts once');
    }),
    { numRuns: 40 },
  );
});

test('several peers are one side: their mean, on the tree as in the sums', () => {
  fc.assert(
    fc.property(drawing, drawing, drawing, (first, second, hot) => {
      const peers = [profileFromText(first), profileFromText(second)];
      const { tree, healthy } = compare(peers, profileFromText(hot));
      const alone = peers.map((peer) => compare(peer, profileFromText(hot)).healthy);
      close(healthy.cores, sum(alone.map(({ cores }) => cores)) / 2, 'mean');
      close(tree.healthyTotal[0] as number, healthy.cores, 'root');
      assert.equal(healthy.samples, sum(alone.map(({ samples }) => samples)));
      close(healthy.seconds, 10, 'length');
    }),
    { numRuns: 20 },
  );
});

test('swapping the sides flips the signs and nothing else', () => {
  fc.assert(
    fc.property(drawing, drawing, (a, b) => {
      const there = byKey(compare(profileFromText(a), profileFromText(b)));
      const back = byKey(compare(profileFromText(b), profileFromText(a)));
      assert.equal(there.size, back.size);
      for (const [key, row] of there) {
        for (const kind of ['self', 'total'] as const) {
          const [x, y] = [row[kind], back.get(key)?.[kind]];
          assert.ok(y !== undefined);
          close(x.deltaCores, -y.deltaCores, 'delta');
          close(x.ci[0], -y.ci[1], 'interval');
          close(x.q, y.q, 'q');
          assert.equal(x.significant, y.significant);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('what grew one way is found shrunk the other way', () => {
  const base = '0..10 handle@/srv/app.js:1 100';
  const more = `${base}\n0..10 handle@/srv/app.js:1;slow@/srv/app.js:9 400`;
  const [grown] = compare(profileFromText(base), profileFromText(more)).findings;
  const [shrunk] = compare(profileFromText(more), profileFromText(base)).findings;
  assert.deepEqual(
    [grown?.function, grown?.change, shrunk?.function, shrunk?.change],
    ['slow', 'appeared', 'slow', 'vanished'],
  );
  close(grown?.deltaCores ?? 0, -(shrunk?.deltaCores ?? 0), 'delta');
});

test('without a healthy profile nothing is compared', () => {
  assert.throws(() => compare([], profileFromText('0..10 main 100')), {
    code: 'NO_HEALTHY_PROFILE',
    message: 'There is no healthy profile to compare with.',
  });
});

test('a profile against itself has no findings and no significant row', () => {
  fc.assert(
    fc.property(drawing, (text) => {
      const same = compare(profileFromText(text), profileFromText(text));
      assert.deepEqual(same.findings, []);
      assert.equal(same.verdict.class, 'inconclusive');
      assert.ok(same.rows.every((row) => !row.self.significant && !row.total.significant && row.self.deltaCores === 0));
    }),
    { numRuns: 40 },
  );
});

const HEALTHY = '0..10 handle@/srv/app.js:1 120\n0..10 handle@/srv/app.js:1;render@/srv/app.js:30 100';
const HOT = `${HEALTHY}\n0..10 handle@/srv/app.js:1;ingest@/srv/in.js:4;decode@/srv/in.js:9;Builtins_JsonParse 300`;

/** The same load seen `factor` times as often. */
function denser(text: string, factor: number): string {
  return text.replace(/(\d+)$/gm, (count) => String(Number(count) * factor));
}

test('cores, findings and verdict do not depend on sampling rate or duration, of either side', () => {
  const plain = compare(profileFromText(HEALTHY), profileFromText(HOT));
  const rate = profileFromText(denser(HOT, 4), { facts: { hz: 396 } });
  const longer = profileFromText(denser(HOT, 3).replaceAll('0..10', '0..30'), { facts: { seconds: 30 } });
  const both = profileFromText(denser(HEALTHY, 2), { facts: { hz: 198 } });
  for (const other of [
    compare(profileFromText(HEALTHY), rate),
    compare(profileFromText(HEALTHY), longer),
    compare(both, profileFromText(HOT)),
    compare(both, longer),
  ]) {
    assert.equal(other.verdict.headline, plain.verdict.headline);
    assert.deepEqual(
      other.findings.map((finding) => finding.function),
      plain.findings.map((finding) => finding.function),
    );
    for (const [key, row] of byKey(plain))
      close(byKey(other).get(key)?.total.deltaCores ?? Number.NaN, row.total.deltaCores, key);
    assert.ok(other.method.some((words) => words.includes('scaled to cores')));
  }
});

test('lost samples are made up for: with half of them lost, cores are doubled', () => {
  const half = profileFromText(HOT, { lost: 520 });
  const { hot, method } = compare(profileFromText(HEALTHY), half);
  close(hot.cores, 2 * compare(profileFromText(HEALTHY), profileFromText(HOT)).hot.cores, 'cores');
  assert.ok(method.includes('The samples that were kept are weighted to make up for lost ones.'));
});

test('tiers and their spellings change nothing but the tier shares', () => {
  const spelled = (mark: string): Profile =>
    profileFromText(HOT.replace(/(handle|render|ingest|decode)@/g, `${mark}$1@`));
  const seen = ['~', '^', '+', '*'].map((mark) => compare(profileFromText(HEALTHY), spelled(mark)));
  for (const other of seen) {
    assert.deepEqual(
      other.findings.map(({ function: name, deltaCores, ci }) => ({ name, deltaCores, ci })),
      seen[3]?.findings.map(({ function: name, deltaCores, ci }) => ({ name, deltaCores, ci })),
    );
    assert.equal(other.tree.length, seen[3]?.tree.length);
  }
  assert.deepEqual(
    compare(spelled('~'), spelled('*')).findings,
    [],
    'a function that was compiled is not a new function',
  );
});

const strange = fc.constantFrom(null, 0, 1e-9, 1, 99, 1e6);
const strangeFacts = fc.record({ seconds: strange, hz: strange, cpus: strange, runQueue: strange, requests: strange });

/** Paths of numbers that JSON cannot hold. */
function unwritable(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => unwritable(inner, `${path}.${key}`));
}

test('whatever rates, lengths and accounts a file claims, every number of the answer is finite, none is NaN', () => {
  const claimed = fc
    .record({
      text: fc.oneof(drawing, fc.constant('')),
      facts: strangeFacts,
      lost: fc.constantFrom(0, 1, 1e15),
      cpu: strange,
    })
    .map(({ text, facts, lost, cpu }) => profileFromText(text, { facts, lost, processes: { 1: { cpuSeconds: cpu } } }));
  fc.assert(
    fc.property(fc.array(claimed, { minLength: 1, maxLength: 3 }), claimed, (healthy, hot) => {
      const { tree: _tree, rows: _rows, ...told } = compare(healthy, hot, { alarm: { cpuPercent: 95 } });
      assert.deepEqual(unwritable(told), []);
      assert.doesNotMatch(JSON.stringify(told), /NaN|Infinity/);
    }),
    { numRuns: 60 },
  );
});

test('a recording may claim any length: it is cut into a thousand blocks at most', () => {
  const lines = Array.from({ length: 200 }, (_, pid) => `[${pid + 1}] 5 handle@/srv/app.js:1 9`).join('\n');
  const endless = profileFromText(lines, { facts: { seconds: 1e6 } });
  assert.match(compare(endless, endless).method[0] ?? '', /each process in blocks of 1,000 s \(1000 and 1000 blocks\)/);
});
