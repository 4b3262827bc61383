import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../../service/compare/compare.ts';
import type { Quality } from '../../../service/compare/differential.ts';
import type { ProcessInfo, Profile } from '../../../service/profile/profile.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

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

test('a baseline is at most fair, and its clock is not to blame', () => {
  const at = (startedAtMs: number, text: string) => profileFromText(text, { facts: { startedAtMs } });
  const [before, now] = [at(0, USUAL), at(10_800_000, HOT)];
  assert.deepEqual(codes(compare(before, now).quality), ['skew both']);
  const { quality: of, findings, method } = compare(before, now, { baselineAgeMs: 10_800_000 });
  assert.deepEqual([of.grade, codes(of)], ['fair', ['baseline healthy']]);
  assert.match(of.issues[0]?.message ?? '', /recorded 3 h earlier/);
  assert.equal(findings[0]?.function, 'slow');
  assert.match(method.join(' '), /One baseline: .* How much healthy moments differ from each other is not known\./);
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

test('a quiet peer is not a fault: few samples from a long recording are an answer', () => {
  const quiet = profileFromText('0..10 handle@/srv/app.js:1 6');
  const result = compare(quiet, profileFromText(HOT));
  assert.equal(result.quality.grade, 'good');
  assert.equal(result.findings[0]?.function, 'slow');
});

test('two quiet sides have nothing to compare, however long they were recorded', () => {
  const both = (hot: number) =>
    compare(profileFromText('0..10 handle@/srv/app.js:1 6'), profileFromText(`0..10 slow@/srv/app.js:9 ${hot}`));
  const weak = both(15);
  assert.deepEqual([weak.quality.grade, codes(weak.quality), weak.findings], ['withheld', ['few-samples both'], []]);
  assert.match(
    weak.verdict.evidence[0] ?? '',
    /The busier side has only 15 samples: too few to compare\. Record while/,
  );
  assert.deepEqual([both(70).quality.grade, both(70).findings[0]?.function], ['fair', 'slow']);
});

test('an empty profile is withheld', () => {
  assert.equal(quality(profileFromText('')).grade, 'withheld');
});

test('a single sample is one sample', () => {
  const one = profileFromText('0 handle@/srv/app.js:1 1', { facts: { seconds: 1 } });
  assert.match(quality(one).issues[0]?.message ?? '', /^Only 1 sample:/);
});

test('nameless code lowers the grade by its share', () => {
  const nameless = (count: number) => quality(profileFromText(`${HOT}\n0..10 handle@/srv/app.js:1;[unknown] ${count}`));
  assert.equal(nameless(80).grade, 'fair');
  assert.equal(nameless(300).grade, 'poor');
  assert.equal(nameless(900).grade, 'withheld');
  assert.deepEqual(codes(nameless(900)), ['unresolved hot']);
});

test('compiled regular expressions have no name and need none', () => {
  const regexp =
    `${HOT}\n` +
    '0..10 handle@/srv/app.js:1;valid@/srv/app.js:90;Builtins_RegExpPrototypeTest;[unknown][perf-1.map] 900';
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

test('a process without a map that V8 named, or that was idle beside a busy one, hides nothing', () => {
  const named = quality(ofProcess({ perfMap: 'none', namedBy: 'v8' }));
  assert.deepEqual(codes(named), []);
  const beside = (cpuSeconds: number) => {
    const busy = ofProcess({ perfMap: 'ok', cpuSeconds: 10 });
    const idle = { ...(busy.processes[0] as ProcessInfo), pid: 2, perfMap: 'none', cpuSeconds } as const;
    const all = codes(quality({ ...busy, processes: [...busy.processes, idle] }));
    return all.filter((code) => code.startsWith('no-perf-map'));
  };
  assert.deepEqual(beside(0.1), []);
  assert.deepEqual(beside(5), ['no-perf-map hot']);
});

test('a missing map is worse than one that is cut; reused addresses are reported', () => {
  assert.equal(quality(ofProcess({ perfMap: 'none' })).grade, 'poor');
  assert.equal(quality(ofProcess({ perfMap: 'unreadable' })).grade, 'poor');
  assert.equal(quality(ofProcess({ perfMap: 'truncated' })).grade, 'fair');
  const jit = (counts: Partial<Profile['ledger']['jit']>, source: 'capture' | 'perf-script' = 'capture'): string[] => {
    const plain = profileFromText(HOT, { facts: { source } });
    const ledger = { ...plain.ledger, jit: { ...plain.ledger.jit, ...counts } };
    const { grade, issues } = quality({ ...plain, ledger });
    return [grade, ...issues.map(({ code }) => code)];
  };
  assert.deepEqual(jit({ frames: 1000, ambiguous: 300, repaired: 10 }), ['fair', 'ambiguous']);
  assert.deepEqual(jit({ frames: 1000, ambiguous: 600, repaired: 10 }), ['poor', 'ambiguous']);
  assert.deepEqual(jit({ frames: 1000 }), ['good']);
  assert.deepEqual(jit({ frames: 1000 }, 'perf-script'), ['poor', 'unrepaired']);
  assert.deepEqual(jit({ frames: 1000, repaired: 3 }, 'perf-script'), ['good']);
});

test('a rate missing from the file is assumed, and the report says so', () => {
  const bare = profileFromText(HOT, { facts: { hz: null } });
  const unweighted = { ...bare, weightUnit: 'samples' as const };
  assert.deepEqual(codes(quality(unweighted)), ['rate-assumed hot']);
  assert.deepEqual(codes(quality(bare)), [], 'periods of nanoseconds say it');
});

test('a length missing from the file runs from the first sample to the end of the last', () => {
  const busy = Array.from({ length: 400 }, (_, i) => `${(7 + i / 100).toFixed(2)} handle@/srv/app.js:1 1`).join('\n');
  const side = compare(profileFromText(USUAL), profileFromText(busy, { facts: { seconds: null, hz: 100 } })).hot;
  assert.ok(Math.abs(side.seconds - 4) < 1e-9, `${side.seconds} s`);
  assert.ok(Math.abs(side.cores - 1) < 1e-9, `${side.cores} cores`);
});

test('clocks or starts that are apart are reported, for both sides', () => {
  const at = (startedAtMs: number) => profileFromText(HOT, { facts: { startedAtMs } });
  assert.deepEqual(codes(quality(at(60_000), at(100))), ['skew both']);
  assert.deepEqual(codes(quality(at(1_000), at(100))), []);
  assert.equal(quality(at(20_000), at(100)).grade, 'fair');
  assert.equal(quality(at(60_000), at(100)).grade, 'poor');
});

test("sampled CPU that disagrees with the kernel's accounting is reported", () => {
  const accounts = ofProcess({ cpuSeconds: 12 });
  assert.deepEqual(codes(quality(accounts)), ['accounting hot']);
  const side = compare(profileFromText(USUAL), accounts).hot;
  assert.match(side.coverage, /samples differ from process accounting by −41 %/);
});

test("throttled sampling is made up for from the kernel's accounting, and reported", () => {
  const { hot, findings, method, tree } = compare(profileFromText(USUAL), ofProcess({ cpuSeconds: 14 }));
  assert.ok(Math.abs(hot.cores - 1.4) < 1e-9, `${hot.cores} cores`);
  assert.ok(Math.abs((tree.hotTotal[0] ?? 0) - 1.4) < 1e-9, 'cores are conserved');
  assert.ok(Math.abs((findings[0]?.hotCores ?? 0) - 0.8) < 1e-9);
  assert.ok(method.some((words) => words.includes('49 % of the samples expected')));
  const close = compare(profileFromText(USUAL), ofProcess({ cpuSeconds: 8 }));
  assert.ok(Math.abs(close.hot.cores - 700 / 990) < 1e-9, 'a small difference is left to chance');
  assert.match(method.join(' '), /hot: 49 % of the samples expected/);
});

test('samples are made up for only where they, and nothing else, must be missing', () => {
  const scaled = (hot: Profile): boolean => compare(profileFromText(USUAL), hot).method.join(' ').includes('scaled up');
  const few = profileFromText('0..10 handle@/srv/app.js:1 12', { processes: { 1: { cpuSeconds: 0.25 } } });
  assert.equal(scaled(few), false, 'so few may fall short by chance');
  const lost = profileFromText(HOT, { lost: 700, processes: { 1: { cpuSeconds: 14 } } });
  assert.equal(scaled(lost), false, 'lost samples are made up for already');
  const v8 = profileFromText(HOT, { facts: { event: 'v8' }, processes: { 1: { cpuSeconds: 14 } } });
  assert.equal(scaled(v8), false, "V8's own sampler sees one thread");
  const unknown = profileFromText(`${HOT}\n[2] 0..10 handle@/srv/app.js:1 10`, {
    processes: { 1: { cpuSeconds: 14 }, 2: { cpuSeconds: null } },
  });
  assert.equal(scaled(unknown), false, 'the accounts of one process are missing');
  assert.equal(compare(profileFromText(USUAL), unknown).hot.accountedCores, null);
});

test('the run queue is part of the coverage', () => {
  const side = compare(profileFromText(USUAL), profileFromText(HOT, { facts: { runQueue: 5.25 } })).hot;
  assert.match(side.coverage, /5\.3 threads were ready to run/);
});

test('files without time or rate are compared as shares, and say so', () => {
  const folded = { facts: { seconds: null, hz: null, source: 'folded' as const } };
  const timeless = (text: string) => profileFromText(text.replaceAll('0..10', '-').replaceAll('00\n', '000\n'), folded);
  const result = compare(timeless(`${USUAL}\n`), timeless(`${HOT.replaceAll('400', '9000')}\n`));
  assert.deepEqual(new Set(result.quality.issues.map((issue) => issue.code)), new Set(['shares-only', 'no-times']));
  assert.equal(result.findings[0]?.function, 'slow');
  assert.ok(result.hot.cores > 0.999 && result.hot.cores < 1.001);
  assert.match(result.verdict.headline, /^slow \(srv\/app\.js:60\) 0 % → 9\d % of the profile$/);
  assert.match(result.verdict.evidence[0] ?? '', /uses 9\d % of the profile more/);
});

test('against a file without time also the other is compared as shares, and is not blamed for it', () => {
  const folded = profileFromText(USUAL.replaceAll('0..10', '-'), { facts: { seconds: null, hz: null } });
  const { quality: of, hot, healthy, method } = compare(folded, profileFromText(HOT));
  assert.deepEqual(codes(of), ['shares-only healthy', 'no-times healthy']);
  assert.match(hot.coverage, /^The other file has no recording time/);
  assert.match(healthy.coverage, /^No recording time in the file/);
  assert.doesNotMatch(method.join(' '), /scaled to cores/);
});
