/** What an incident is recognised by. How well that works on recordings is measured by `npm run bench:again`. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Finding, VerdictClass } from '../../service/compare/differential.ts';
import {
  extraCores,
  fingerprint,
  SAME_CAUSE,
  similarity,
  type Trace,
} from '../../service/incidents/history/fingerprint.ts';
import { functionKey } from '../../service/incidents/history/function-key.ts';
import { functionUses } from '../../service/incidents/history/function-uses.ts';
import { completeReport, HOSTILE, hostileReport } from '../support/sample-report.ts';

const [model] = completeReport.findings as [Finding];
const verdict = (name: VerdictClass) => ({ ...completeReport.verdict, class: name });

/** `caller>function`: cores, in files of those names. */
function prints(cores: Readonly<Record<string, number>>, name: VerdictClass = 'hot path'): readonly Trace[] {
  const findings = Object.entries(cores).map(([path, deltaCores]) => finding(path, deltaCores));
  return fingerprint({ verdict: verdict(name), findings });
}

function finding(path: string, deltaCores: number, changes: Partial<Finding> = {}): Finding {
  const route = ['(root)', ...path.split('>')];
  const fn = route.at(-1) ?? '';
  return {
    ...model,
    function: fn,
    package: null,
    file: `/srv/app/${fn}.js`,
    route,
    deltaCores,
    kind: 'self',
    ...changes,
  };
}

test('a function keeps its key over releases, builds, package managers and lines', () => {
  const app = { function: 'parse', package: null, line: 5 };
  const dependency = { function: 'parse', package: '@x/y', line: 5 };
  for (const [one, other] of [
    [
      { ...app, file: '/srv/app/releases/41/src/a.js' },
      { ...app, line: 9, file: '/srv/app/releases/42/src/a.js' },
    ],
    [
      { ...app, file: '/srv/app/dist/main.4f3a2b.js' },
      { ...app, file: '/srv/app/dist/main.99e0c1.js' },
    ],
    [
      { ...dependency, file: '/srv/app/node_modules/@x/y/lib/a.js' },
      { ...dependency, file: '/opt/node_modules/.pnpm/@x+y@2.0.0/node_modules/@x/y/lib/a.js' },
    ],
  ] as const) {
    assert.deepEqual(functionKey(one), functionKey(other));
  }
  const key = (changes: object) => JSON.stringify(functionKey({ ...app, file: '/srv/app/a.js', ...changes }));
  const keys = [{}, { function: 'other' }, { file: '/srv/app/b.js' }, { package: 'p' }, { file: null }].map(key);
  assert.equal(new Set(keys).size, 5, 'what is another function has another key');
  assert.notEqual(key({ function: 'a', line: 1 }), key({ function: 'a', line: 2 }), 'minified names need their line');
  assert.equal(functionKey({ ...app, file: '/srv/app/my-services.js' }).place, '/srv/app/my-services.js');
});

test('a fire that burns higher, with other small functions, is the same fire; another function is another one', () => {
  const first = prints({ parse: 1, walk: 0.2, read: 0.05 });
  assert.ok(similarity(first, prints({ parse: 3.1, walk: 0.4, write: 0.2 })) > 0.9);
  assert.ok(similarity(first, prints({ walk: 1, parse: 0.2 })) < SAME_CAUSE);
  assert.equal(similarity(first, prints({ render: 1 })), 0);
  assert.equal(similarity(first, prints({})), 0);
});

test('a function is known when V8 inlines it into its caller, or no longer; two of one caller are two causes', () => {
  const apart = prints({ 'serve>answer>sign>derive': 1 });
  assert.ok(similarity(apart, prints({ 'serve>answer>sign': 1 })) > SAME_CAUSE);
  assert.ok(similarity(apart, prints({ 'serve>answer>print': 1 })) < SAME_CAUSE);
  const inlined = { function: 'deep', package: null, file: null, line: null, from: 'text' } as const;
  const holds = fingerprint({ verdict: verdict('hot path'), findings: [finding('a>sum', 1, { mayHold: [inlined] })] });
  assert.ok(similarity(holds, prints({ 'b>c>sum>deep': 1 })) > SAME_CAUSE);
});

test('a handler that grew as a whole is not the cause that a function below it is', () => {
  const whole = fingerprint({
    verdict: verdict('hot path'),
    findings: [finding('serve>answer', 1, { kind: 'total' })],
  });
  assert.ok(similarity(whole, prints({ 'serve>answer>parse': 1 })) < SAME_CAUSE);
  assert.ok(similarity(whole, whole) > 0.99);
});

test('functions of one name in two files are not the same', () => {
  const elsewhere = [finding('a>parse', 1, { file: '/srv/app/other.js' })];
  const other = fingerprint({ verdict: verdict('hot path'), findings: elsewhere });
  assert.ok(similarity(prints({ 'b>parse': 1 }), other) < SAME_CAUSE);
});

test('what a finding says with its callees does not count again what they say themselves', () => {
  const findings = [finding('answer>parse', 1), finding('answer', 1.2, { kind: 'total' })];
  assert.deepEqual(
    extraCores(findings).map(([{ function: name }, cores]) => [name, Number(cores.toFixed(3))]),
    [
      ['parse', 1],
      ['answer', 0.2],
    ],
  );
});

test('what shrank is no part of the cause, and a verdict without a cause has none', () => {
  assert.deepEqual(
    prints({ parse: 1, gone: -3 }).map(({ name, weight }) => [name, weight]),
    [['parse', 1]],
  );
  for (const name of ['inconclusive', 'spike over', 'steal'] as const) assert.deepEqual(prints({ parse: 1 }, name), []);
  assert.deepEqual(prints({ parse: 1 }, 'traffic skew'), [
    { place: '(verdict)', name: 'traffic skew', isTotal: false, weight: 1 },
  ]);
});

test('another program is known by its name', () => {
  const program = {
    name: 'gzip',
    processes: 1,
    startedBy: [],
    container: null,
    unit: null,
    hotCores: 0.9,
    healthyCores: 0,
  };
  const report = { ...completeReport, findings: [], verdict: { ...verdict('other process'), program } };
  assert.deepEqual(fingerprint(report), [{ place: '(program)', name: 'gzip', isTotal: false, weight: 1 }]);
  const use = functionUses(report).find(({ name }) => name === 'gzip');
  assert.deepEqual([use?.hotCores, use?.healthyCores, use?.extraCores], [0.9, 0, 0.9]);
});

test('alike is symmetric, between 0 and 1, 1 for the same, and does not depend on how high it burns', () => {
  const cores = fc.dictionary(
    fc.constantFrom('aaa', 'bbb', 'ccc', 'ddd', 'eee'),
    fc.double({ min: 0.01, max: 50, noNaN: true }),
    {
      minKeys: 1,
    },
  );
  fc.assert(
    fc.property(cores, cores, fc.double({ min: 0.1, max: 100, noNaN: true }), (one, other, times) => {
      const [a, b] = [prints(one), prints(other)];
      const scaled = prints(Object.fromEntries(Object.entries(one).map(([name, value]) => [name, value * times])));
      assert.ok(Math.abs(similarity(a, b) - similarity(b, a)) < 1e-9);
      assert.ok(similarity(a, b) >= 0 && similarity(a, b) <= 1 + 1e-9);
      assert.ok(Math.abs(similarity(a, scaled) - 1) < 1e-9);
    }),
  );
});

test('a hostile report has a bounded fingerprint', () => {
  for (const hostile of HOSTILE) {
    const report = hostileReport(hostile);
    const traces = fingerprint(report);
    assert.ok(traces.length <= 56);
    assert.ok(traces.every(({ place, name }) => (place ?? '').length <= 300 && name.length <= 300));
    assert.ok(functionUses(report).length <= 60);
  }
});
