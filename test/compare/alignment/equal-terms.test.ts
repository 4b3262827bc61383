import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTerms } from '../../../service/compare/alignment/equal-terms.ts';
import { compare } from '../../../service/compare/compare.ts';
import { comparisonJson } from '../../../service/compare/comparison-json.ts';
import type { Finding } from '../../../service/compare/differential.ts';
import { applyEvidence } from '../../../service/profile/code-evidence/apply-evidence.ts';
import type { Profile, V8Visit } from '../../../service/profile/profile.ts';
import { evidenceFromText } from '../../support/evidence-from-text.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

const [HANDLE, WEIGH, SCORE] = ['handle@/srv/app.js:10', 'weigh@/srv/lib/weigh.js:2', 'score@/srv/app.js:60'];
const USUAL = '0..10 main@/srv/main.js:1;query@/srv/db.js:7 60';
const VISIT: V8Visit = {
  status: 'profiled',
  reason: null,
  message: null,
  node: null,
  startedAtMs: 0,
  startPauseMs: null,
  stopPauseMs: null,
  workers: null,
  leftOpen: false,
};

/** A profile in which `handle` is optimised and holds the rest. */
function recorded(samples: number, more = ''): Profile {
  return profileFromText(`${USUAL}\n0..10 main@/srv/main.js:1;${HANDLE} ${samples}${more}`);
}

/** The same with V8's profiler, which saw most of it in `weigh`. */
function witnessed(samples: number): Profile {
  const seen = `query@/srv/db.js:7 8 60\n${HANDLE} 11 ${samples * 0.2}\n${HANDLE} 3 ${samples * 0.8} ${WEIGH}`;
  return applyEvidence(recorded(samples), { evidence: [evidenceFromText(seen)], visits: new Map([[1, VISIT]]) });
}

function called(profile: Profile, ...callers: readonly string[]): Profile {
  const evidence = [{ ...evidenceFromText('', { callers }), v8: null }];
  return applyEvidence(profile, { evidence, visits: new Map() });
}

function names(findings: readonly Finding[]): string[] {
  return findings.map((finding) => finding.function);
}

test('where V8 saw both sides the callee is named that grew within its caller', () => {
  const { findings, method } = compare(witnessed(40), witnessed(400));
  assert.equal(findings[0]?.function, 'weigh');
  assert.equal(findings[0]?.hotLine, 3);
  assert.ok(!method.some((line) => line.includes("V8's profiler")));
});

for (const [side, healthy, hot] of [
  ['hot', recorded(400), witnessed(400)],
  ['healthy', witnessed(400), recorded(400)],
] as const) {
  test(`no function has grown or shrunk because V8 could tell it apart on the ${side} side only`, () => {
    const { findings, verdict, method } = compare(healthy, hot);
    assert.deepEqual(names(findings), []);
    assert.notEqual(verdict.class, 'hot path');
    assert.ok(method.some((line) => line.startsWith("V8's profiler ran on one side only")));
  });
}

test('one peer without V8 is enough to count inlined functions with their callers everywhere', () => {
  const { findings } = compare([witnessed(40), recorded(40)], witnessed(400));
  assert.deepEqual(names(findings), ['handle']);
});

test('what V8 saw on the hot side alone is what the caller may hold, and its line is not the caller’s', () => {
  const [top] = compare(recorded(40), witnessed(400)).findings;
  assert.equal(top?.function, 'handle');
  assert.deepEqual(
    top?.mayHold?.map((one) => [one.function, one.from]),
    [['weigh', 'samples']],
  );
  assert.equal(top?.hotLine, 11);
  assert.deepEqual(top?.notes, [
    'Its optimised code includes callees that V8 inlined into it, perhaps weigh (lib/weigh.js:2).',
  ]);
});

test('a visit whose profile was lost does not count as having seen anything', () => {
  const lost = applyEvidence(recorded(400), { evidence: [], visits: new Map([[1, VISIT]]) });
  assert.deepEqual(names(compare(witnessed(400), lost).findings), []);
});

test('names of one side from V8 and of the other from perf are said to be so', () => {
  const plain = recorded(40);
  const named = { ...plain, processes: plain.processes.map((one) => ({ ...one, namedBy: 'v8' as const })) };
  assert.match(describeTerms([named, plain]) ?? '', /names of one side are from V8's profiler/);
  assert.equal(describeTerms([named, named]), undefined);
  assert.equal(describeTerms([plain, plain]), undefined);
});

test('what slower code shows comes before what only the text names', () => {
  const slower = `\n0..10 main@/srv/main.js:1;~${HANDLE};~${SCORE} 6\n0..10 main@/srv/main.js:1;~${HANDLE} 6`;
  const [top] = compare(recorded(40), called(recorded(400, slower), `${HANDLE} ${WEIGH} ${SCORE}`)).findings;
  assert.equal(top?.function, 'handle');
  assert.deepEqual(
    top?.mayHold?.map((one) => [one.function, one.from]),
    [
      ['score', 'samples'],
      ['weigh', 'text'],
    ],
  );
  assert.deepEqual(top?.notes.slice(0, 1), [
    'Its optimised code includes callees that V8 inlined into it, perhaps score (:60) and weigh (lib/weigh.js:2).',
  ]);
});

test('what shows apart under the optimised code is not in it', () => {
  const apart = (n: number) => `\n0..10 main@/srv/main.js:1;${HANDLE};${SCORE} ${n}`;
  const candidates = (n: number) =>
    compare(recorded(40), called(recorded(400, apart(n)), `${HANDLE} ${WEIGH} ${SCORE}`)).findings[0]?.mayHold?.map(
      (one) => one.function,
    );
  assert.deepEqual(candidates(2), ['weigh', 'score']);
  assert.deepEqual(candidates(3), ['weigh']);
});

test('where V8 saw the function its own work is its own: nothing is proposed', () => {
  const own = `query@/srv/db.js:7 8 60\n${HANDLE} 11 400`;
  const seen = (samples: number) =>
    applyEvidence(recorded(samples), {
      evidence: [{ ...evidenceFromText(own, { callers: [`${HANDLE} ${WEIGH}`] }) }],
      visits: new Map([[1, VISIT]]),
    });
  const [top] = compare(seen(40), seen(400)).findings;
  assert.deepEqual([top?.function, top?.mayHold, top?.hotLine], ['handle', [], 11]);
  assert.doesNotMatch(top?.notes.join(' ') ?? '', /inlined/);
});

test('interpreted code holds nothing, and three names are enough for a note', () => {
  const slow = recorded(400);
  const text = `${USUAL}\n0..10 main@/srv/main.js:1;~${HANDLE} 400`;
  const [interpreted] = compare(recorded(40), called(profileFromText(text), `${HANDLE} ${WEIGH}`)).findings;
  assert.deepEqual(interpreted?.mayHold, []);
  const many = `${HANDLE} ${[1, 2, 3, 4].map((n) => `h${n}@/srv/app.js:${n}`).join(' ')}`;
  const [top] = compare(recorded(40), called(slow, many)).findings;
  assert.equal(top?.mayHold?.length, 4);
  assert.match(top?.notes[0] ?? '', /perhaps h1 \(:1\), h2 \(:2\) and h3 \(:3\)\.$/);
});

test('the comparison as JSON has the candidates and the line', () => {
  const json = JSON.parse(comparisonJson(compare(recorded(40), witnessed(400))));
  assert.deepEqual(json.findings[0].mayHold, [
    { function: 'weigh', package: null, file: '/srv/lib/weigh.js', line: 2, from: 'samples' },
  ]);
  assert.equal(json.findings[0].hotLine, 11);
});
