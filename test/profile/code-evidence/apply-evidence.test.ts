import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyEvidence } from '../../../service/profile/code-evidence/apply-evidence.ts';
import { functionTree } from '../../../service/profile/function-tree.ts';
import type { Profile, V8Visit } from '../../../service/profile/profile.ts';
import { selectSamples } from '../../../service/profile/select-samples.ts';
import { evidenceFromText } from '../../support/evidence-from-text.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

const [HANDLE, WEIGH] = ['handle@/srv/app.js:10', 'weigh@/srv/app.js:2'];
const VISIT: V8Visit = {
  status: 'profiled',
  reason: null,
  message: null,
  node: 'v24.1.0',
  startedAtMs: 1_700_000_000_000,
  startPauseMs: 1,
  stopPauseMs: 1,
  workers: 0,
  leftOpen: false,
};
const VISITS = new Map([[1, VISIT]]);
const HANDLE_HOLDS_WEIGH = `${HANDLE} 11 40\n${HANDLE} 3 60 ${WEIGH}`;

/** Samples by stack of names. */
function stacks(profile: Profile): Record<string, number> {
  const { samples, tree, frames, functions } = profile;
  const counts: Record<string, number> = {};
  for (let row = 0; row < samples.length; row++) {
    const names: string[] = [];
    for (let node = samples.node[row] as number; node > 0; node = tree.parent[node] as number) {
      const frame = tree.frame[node] as number;
      const mark = frames.inlined?.[frame] ? '+' : '';
      names.unshift(mark + (functions[frames.functionOf[frame] as number]?.name ?? '?'));
    }
    const stack = names.join('>');
    counts[stack] = (counts[stack] ?? 0) + (samples.count[row] as number);
  }
  return counts;
}

function linesOf({ lineTicks = [], tree, frames, functions }: Profile): string[] {
  return lineTicks.map(({ node, line, samples }) => {
    const fn = functions[frames.functionOf[tree.frame[node] as number] as number];
    return `${fn?.name}:${line} ${samples}`;
  });
}

test('samples of an optimised function are dealt out among what V8 saw in it', () => {
  const profile = profileFromText(`0..10 main@/srv/app.js:1;${HANDLE} 100`);
  const got = applyEvidence(profile, { evidence: [evidenceFromText(HANDLE_HOLDS_WEIGH)], visits: VISITS });
  assert.deepEqual(stacks(got), { 'main>handle': 40, 'main>handle>+weigh': 60 });
  assert.deepEqual(linesOf(got), ['handle:11 40', 'weigh:3 60']);
  assert.deepEqual(got.processes[0]?.visit, VISIT);
  assert.equal(got.processes[0]?.namedBy, undefined);
  const tree = functionTree(got);
  assert.equal(
    tree.tierSelf.reduce((sum, count) => sum + count, 0),
    100,
  );
});

test('lines follow their functions into a selection of the samples', () => {
  const profile = profileFromText(`[7] 0..10 before@/srv/a.js:1 10\n0..10 main@/srv/app.js:1;${HANDLE} 100`);
  const process = profile.processes.findIndex(({ pid }) => pid === 1);
  const evidence = [evidenceFromText(HANDLE_HOLDS_WEIGH, { process })];
  const got = applyEvidence(profile, { evidence, visits: VISITS });
  const keep = Uint8Array.from(got.samples.thread, (thread) => (got.threads[thread]?.process === process ? 1 : 0));
  assert.deepEqual(linesOf(selectSamples(got, keep, got.ledger)), ['handle:11 40', 'weigh:3 60']);
});

test('what was called from inlined code stays below it', () => {
  const profile = profileFromText(`0..10 ${HANDLE};Builtins_MathSqrt;sqrt[libm.so.6] 100`);
  const got = applyEvidence(profile, { evidence: [evidenceFromText(HANDLE_HOLDS_WEIGH)], visits: VISITS });
  assert.deepEqual(stacks(got), {
    'handle>Builtins_MathSqrt>sqrt': 40,
    'handle>+weigh>Builtins_MathSqrt>sqrt': 60,
  });
});

test("V8's stubs between a function and its work are its own", () => {
  const profile = profileFromText(`0..10 ${HANDLE};Builtins_CEntry_Return1_ArgvOnStack_NoBuiltinExit 100`);
  const got = applyEvidence(profile, { evidence: [evidenceFromText(HANDLE_HOLDS_WEIGH)], visits: VISITS });
  assert.equal(Object.entries(stacks(got)).find(([stack]) => stack.includes('+weigh'))?.[1], 60);
});

test('interpreted and Sparkplug code, workers and other processes are left alone', () => {
  for (const text of [`0..10 ~${HANDLE} 100`, `0..10 ^${HANDLE} 100`, `[7] 0..10 ${HANDLE} 100\n[1] 0..1 x[node] 1`]) {
    const profile = profileFromText(text);
    const process = profile.processes.findIndex(({ pid }) => pid === 1);
    const evidence = [evidenceFromText(HANDLE_HOLDS_WEIGH, { process })];
    assert.deepEqual(stacks(applyEvidence(profile, { evidence, visits: VISITS })), stacks(profile));
  }
  const profile = profileFromText(`0..10 ${HANDLE} 100`);
  const worker = { ...profile, threads: [{ process: 0, tid: 99, name: 'worker' }] };
  const evidence = [evidenceFromText(HANDLE_HOLDS_WEIGH)];
  assert.deepEqual(stacks(applyEvidence(worker, { evidence, visits: VISITS })), { handle: 100 });
});

test('perf and V8 may spell the name of a function differently, or perf know no column', () => {
  const spelled = HANDLE_HOLDS_WEIGH.replaceAll('handle@', 'Basket.handle@');
  const got = applyEvidence(profileFromText(`0..10 ${HANDLE} 100`), {
    evidence: [evidenceFromText(spelled)],
    visits: VISITS,
  });
  assert.deepEqual(stacks(got), { handle: 40, 'handle>+weigh': 60 });
  const plain = profileFromText(`0..10 Basket.handle@/srv/app.js:10 100`);
  const functions = plain.functions.map((fn) => ({ ...fn, column: null }));
  const old = applyEvidence(
    { ...plain, functions },
    { evidence: [evidenceFromText(HANDLE_HOLDS_WEIGH)], visits: VISITS },
  );
  assert.deepEqual(stacks(old), { 'Basket.handle': 40, 'Basket.handle>+weigh': 60 });
});

test('candidates are kept by the key of their caller; without a profile of V8 nothing else changes', () => {
  const profile = profileFromText(`0..10 ${HANDLE} 100`);
  const [caller, callee] = [HANDLE, WEIGH];
  const evidence = [{ ...evidenceFromText('', { callers: [`${caller} ${callee} ${caller} (native)`] }), v8: null }];
  const got = applyEvidence(profile, { evidence, visits: new Map() });
  assert.deepEqual(
    got.inlinedCandidates?.map(({ caller: key, callees }) => [key, callees.map(({ fn }) => fn.name)]),
    [[profile.functions[0]?.key, ['weigh']]],
  );
  assert.deepEqual({ ...got, inlinedCandidates: undefined }, { ...profile, inlinedCandidates: undefined });
});

const ONLY_WEIGH_PARSES = { callers: [`${HANDLE} ${WEIGH}#!parse#!concat`] };
const evidenceAlone = { ...evidenceFromText('', ONLY_WEIGH_PARSES), v8: null };

test('a call that only one of the functions in optimised code makes is that one’s', () => {
  const profile = profileFromText(`
    0..10 ${HANDLE};Builtins_JsonParse;v8::internal::JsonParser<unsigned char>::Parse[node] 30
    0..10 ${HANDLE};concat@node:buffer:628 20
    0..10 ${HANDLE};Builtins_ArraySome;(anonymous)@/srv/app.js:12;Builtins_JsonParse 7
    0..10 ${HANDLE};Builtins_ArraySome 5
    0..10 ${HANDLE} 40
    0..10 ^${HANDLE};Builtins_JsonParse 3`);
  const got = applyEvidence(profile, { evidence: [evidenceAlone], visits: new Map() });
  assert.deepEqual(stacks(got), {
    'handle>+weigh>Builtins_JsonParse>v8::internal::JsonParser<unsigned char>::Parse': 30,
    'handle>+weigh>concat': 20,
    'handle>Builtins_ArraySome>(anonymous)>Builtins_JsonParse': 7,
    'handle>Builtins_ArraySome': 5,
    handle: 40,
    'handle>Builtins_JsonParse': 3,
  });
});

test('a sole caller counts in its own process only', () => {
  const profile = profileFromText(`[7] 0..10 ${HANDLE};Builtins_JsonParse 30\n[1] 0..1 x[node] 1`);
  const process = profile.processes.findIndex(({ pid }) => pid === 1);
  const got = applyEvidence(profile, { evidence: [{ ...evidenceAlone, process }], visits: new Map() });
  assert.deepEqual(stacks(got), stacks(profile));
});

/** A process without a map: its JavaScript is `[jit]`. */
function unnamed(text: string): Profile {
  const profile = profileFromText(text, { facts: { startedAtMs: 1_700_000_000_000 } });
  const frames = Object.entries(stacks(profile)).reduce(
    (sum, [stack, count]) => sum + count * stack.split('>').filter((name) => name === '[jit]').length,
    0,
  );
  const jit = { frames: frames + 5, repaired: 2, ambiguous: 1, unresolved: frames };
  return { ...profile, ledger: { ...profile.ledger, jit } };
}

const TWO = `${HANDLE} 11 1\nother@/srv/b.js:5 6 1`;

test('a process without a map has the names of the stack that V8 saw nearest in time', () => {
  const profile = unnamed(
    '0.5 main[node];[perf-1.map];[perf-1.map] 3\n2 main[node];[perf-1.map];read[kernel] 4\n3 x[node] 2',
  );
  const evidence = [
    evidenceFromText(TWO, {
      samples: [
        [480, 0],
        [10, 0],
        [1500, 1],
        [-20, 1],
      ],
    }),
  ];
  const got = applyEvidence(profile, { evidence, visits: VISITS });
  assert.deepEqual(stacks(got), { handle: 3, other: 4, x: 2 });
  assert.equal(got.processes[0]?.namedBy, 'v8');
  assert.deepEqual(got.ledger.jit, { frames: 5, repaired: 2, ambiguous: 1, unresolved: 0 });
});

test('the clocks of perf and V8 begin at different moments', () => {
  const evidence = [
    evidenceFromText(TWO, {
      samples: [
        [100, 0],
        [2000, 1],
      ],
    }),
  ];
  const later = new Map([[1, { ...VISIT, startedAtMs: (VISIT.startedAtMs ?? 0) - 2000 }]]);
  const got = applyEvidence(unnamed('0.1 [perf-1.map] 3'), { evidence, visits: later });
  assert.deepEqual(stacks(got), { other: 3 });
});

test('nothing near in time, no sample of code, or no common clock: nothing is named', () => {
  const profile = unnamed('9 [perf-1.map] 3');
  const near = [[9000, 0]] as const;
  const cases = [
    { evidence: [evidenceFromText(TWO, { samples: [[100, 0]] })], visits: VISITS },
    { evidence: [evidenceFromText('(idle) 0 1', { samples: [[9000, 0]] })], visits: VISITS },
    { evidence: [evidenceFromText(TWO, { samples: [] })], visits: VISITS },
    { evidence: [evidenceFromText(TWO, { samples: near })], visits: new Map() },
    { evidence: [evidenceFromText(TWO, { samples: near })], visits: new Map([[1, { ...VISIT, startedAtMs: null }]]) },
  ];
  for (const visited of cases) {
    const got = applyEvidence(profile, visited);
    assert.deepEqual(stacks(got), { '[jit]': 3 });
    assert.equal(got.processes[0]?.namedBy, undefined);
    assert.deepEqual(got.ledger, profile.ledger);
  }
});

test('inlined code shows in the stacks of V8 as well, in proportion to its ticks', () => {
  const profile = unnamed(Array.from({ length: 50 }, (_, i) => `${i / 10} [perf-1.map] 1`).join('\n'));
  const samples = Array.from({ length: 50 }, () => [100, 0] as const);
  const got = applyEvidence(profile, { evidence: [evidenceFromText(HANDLE_HOLDS_WEIGH, { samples })], visits: VISITS });
  assert.deepEqual(stacks(got), { handle: 20, 'handle>+weigh': 30 });
});

const FRAMES = ['handle@/srv/app.js:10', 'weigh@/srv/app.js:2', 'a@/srv/a.js:1', 'b@/srv/b.js:1', 'c@/srv/c.js:1'];
const stack = fc.array(fc.constantFrom(...FRAMES, '(program)', '[perf-1.map]'), { minLength: 1, maxLength: 5 });
const drawn = fc.array(fc.tuple(stack, fc.nat(9), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 8 });
const seen = fc.array(
  fc.tuple(stack, fc.nat(60), fc.nat(90), fc.option(fc.constantFrom(...FRAMES), { nil: undefined })),
  { minLength: 1, maxLength: 8 },
);

test('whatever V8 says: samples keep number, time, thread and weight, and the accounting adds up', () => {
  fc.assert(
    fc.property(
      drawn,
      seen,
      fc.option(fc.array(fc.tuple(fc.integer({ min: -50, max: 3000 }), fc.nat(7)))),
      (lines, rows, timed) => {
        const profile = unnamed(lines.map(([frames, at, n]) => `${at} ${frames.join(';')} ${n}`).join('\n'));
        const text = rows.map(([frames, line, n, owner]) =>
          `${frames.join(';').replaceAll('[perf-1.map]', '(program)')} ${line} ${n} ${owner ?? ''}`.trimEnd(),
        );
        const samples = timed?.map(([delta, line]) => [delta, line % rows.length] as const);
        const evidence = [evidenceFromText(text.join('\n'), samples === undefined ? {} : { samples })];
        const got = applyEvidence(profile, { evidence, visits: VISITS });
        for (const column of ['atMs', 'thread', 'count', 'weight'] as const) {
          assert.deepEqual(got.samples[column], profile.samples[column]);
        }
        for (let node = 1; node < got.tree.length; node++) assert.ok((got.tree.parent[node] as number) < node);
        for (const node of got.samples.node) assert.ok(node >= 0 && node < got.tree.length);
        for (const { node, line } of got.lineTicks ?? []) assert.ok(node > 0 && node < got.tree.length && line > 0);
        const { jit } = got.ledger;
        assert.ok(Object.values(jit).every((count) => count >= 0));
        assert.equal(profile.ledger.jit.frames - jit.frames, profile.ledger.jit.unresolved - jit.unresolved);
        assert.deepEqual(stacks(applyEvidence(profile, { evidence, visits: VISITS })), stacks(got));
      },
    ),
  );
});
