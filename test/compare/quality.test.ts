import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../service/compare/compare.ts';
import type { Quality } from '../../service/compare/differential.ts';
import type { ProcessInfo, Profile } from '../../service/profile/profile.ts';
import { profileFromText } from '../profile-from-text.ts';

const USUAL = '0..10 handle@/srv/app.js:1;render@/srv/app.js:30 300';
const HOT = `${USUAL}\n0..10 handle@/srv/app.js:1;slow@/srv/app.js:60 400`;

function quality(hot: Profile, healthy = profileFromText(USUAL)): Quality {
  return compare(healthy, hot).quality;
}

function codes(of: Quality): string[] {
  return of.issues.map((issue) => `${issue.code} ${issue.side}`);
}

function ofProcess(process: Partial<ProcessInfo>): Profile {
  return profileFromText(HOT, { processes: { 1: process } });
}

test('a plain recording is good', () => {
  assert.deepEqual(quality(profileFromText(HOT)), { grade: 'good', issues: [] });
});

test('every issue comes with its fix in a line', () => {
  const all = compare(
    profileFromText('0..1 a@/a.js:1 9', { facts: { seconds: 1 } }),
    ofProcess({ perfMap: 'none', partial: true }),
  );
  assert.ok(all.quality.issues.length >= 3);
  for (const issue of all.quality.issues) assert.match(issue.fix, /^[A-Z][^\n]{10,}\.$/);
});

test('too few samples: no function is named and the verdict says why', () => {
  const few = compare(
    profileFromText('0..1 handle@/srv/app.js:1 10', { facts: { seconds: 1 } }),
    profileFromText('0..1 handle@/srv/app.js:1;slow@/srv/app.js:9 60', { facts: { seconds: 1 } }),
  );
  assert.equal(few.quality.grade, 'withheld');
  assert.deepEqual(few.findings, []);
  assert.equal(few.verdict.class, 'inconclusive');
  assert.match(few.verdict.evidence.join(' '), /60 samples/);
});

test('a quiet peer is no fault: few samples of a long look are an answer', () => {
  const quiet = profileFromText('0..10 handle@/srv/app.js:1 6');
  const result = compare(quiet, profileFromText(HOT));
  assert.equal(result.quality.grade, 'good');
  assert.equal(result.findings[0]?.function, 'slow');
});

test('an empty profile is withheld', () => {
  assert.equal(quality(profileFromText('')).grade, 'withheld');
});

test('nameless code lowers the grade by its share', () => {
  const nameless = (count: number) => quality(profileFromText(`${HOT}\n0..10 handle@/srv/app.js:1;[unknown] ${count}`));
  assert.equal(nameless(80).grade, 'fair');
  assert.equal(nameless(300).grade, 'poor');
  assert.equal(nameless(900).grade, 'withheld');
  assert.deepEqual(codes(nameless(900)), ['unresolved hot']);
});

test('compiled regular expressions have no name of their own and need none', () => {
  const regexp = `${HOT}\n0..10 handle@/srv/app.js:1;valid@/srv/app.js:90;Builtins_RegExpPrototypeTest;[unknown][perf-1.map] 900`;
  const result = compare(profileFromText(USUAL), profileFromText(regexp));
  assert.equal(result.quality.grade, 'good');
  assert.equal(result.findings[0]?.function, 'valid');
  assert.equal(result.findings[0]?.through, 'RegExp.prototype.test');
});

test('missing and cut perf maps, lost samples and restarts are told apart', () => {
  assert.deepEqual(codes(quality(ofProcess({ perfMap: 'none' }))), ['no-perf-map hot']);
  assert.deepEqual(codes(quality(ofProcess({ perfMap: 'truncated' }))), ['cut-perf-map hot']);
  assert.deepEqual(codes(quality(ofProcess({ partial: true }))), ['restarted hot']);
  assert.deepEqual(codes(quality(profileFromText(HOT, { lost: 100 }))), ['lost hot']);
  assert.equal(quality(profileFromText(HOT, { lost: 2000 })).grade, 'withheld');
});

test('clocks or starts that lie apart are said, for both sides', () => {
  const at = (startedAtMs: number) => profileFromText(HOT, { facts: { startedAtMs } });
  assert.deepEqual(codes(quality(at(60_000), at(100))), ['skew both']);
  assert.deepEqual(codes(quality(at(1_000), at(100))), []);
});

test('sampled CPU that disagrees with the accounts of the kernel is said', () => {
  const accounts = ofProcess({ cpuSeconds: 12 });
  assert.deepEqual(codes(quality(accounts)), ['accounting hot']);
  const side = compare(profileFromText(USUAL), accounts).hot;
  assert.match(side.coverage, /samples differ from process accounting by -41 %/);
});

test('throttled sampling is made up for from the accounts of the kernel, and said', () => {
  const { hot, findings, method, tree } = compare(profileFromText(USUAL), ofProcess({ cpuSeconds: 14 }));
  assert.ok(Math.abs(hot.cores - 1.4) < 1e-9, `${hot.cores} cores`);
  assert.ok(Math.abs((tree.hotTotal[0] ?? 0) - 1.4) < 1e-9, 'cores are conserved');
  assert.ok(Math.abs((findings[0]?.hotCores ?? 0) - 0.8) < 1e-9);
  assert.ok(method.some((words) => words.includes('49 % of the samples due')));
  const close = compare(profileFromText(USUAL), ofProcess({ cpuSeconds: 8 }));
  assert.ok(Math.abs(close.hot.cores - 700 / 990) < 1e-9, 'a small difference is left to chance');
});

test('the run queue is part of the coverage', () => {
  const side = compare(profileFromText(USUAL), profileFromText(HOT, { facts: { runQueue: 5.25 } })).hot;
  assert.match(side.coverage, /5\.3 threads wanted to run/);
});

test('files without time or rate are compared as shares, and say so', () => {
  const folded = { facts: { seconds: null, hz: null, source: 'folded' as const } };
  const timeless = (text: string) => profileFromText(text.replaceAll('0..10', '-').replaceAll('00\n', '000\n'), folded);
  const result = compare(timeless(`${USUAL}\n`), timeless(`${HOT.replaceAll('400', '9000')}\n`));
  assert.deepEqual(new Set(result.quality.issues.map((issue) => issue.code)), new Set(['shares-only', 'no-times']));
  assert.equal(result.findings[0]?.function, 'slow');
  assert.ok(result.hot.cores > 0.999 && result.hot.cores < 1.001);
});
