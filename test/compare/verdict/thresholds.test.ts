/** What is too small, too rare or too uncertain to be named. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../../service/compare/compare.ts';
import type { Differential, FunctionRow } from '../../../service/compare/differential.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

const HANDLE = 'handle@/srv/app.js:10';

function row({ rows, tree }: Differential, name: string): FunctionRow {
  const found = rows.find(({ fn }) => tree.functions[fn]?.name === name);
  assert.ok(found !== undefined, name);
  return found;
}

test('a certain change below the minimum effect is not significant, unless requested', () => {
  const [healthy, hot] = [10, 50].map((count) =>
    profileFromText(`0..10 ${HANDLE} 300\n0..10 work@/srv/w.js:1 ${count}`),
  );
  assert.ok(healthy !== undefined && hot !== undefined);
  const usual = row(compare(healthy, hot), 'work').self;
  assert.ok(usual.q < 0.01 && usual.deltaCores < 0.05);
  assert.equal(usual.significant, false);
  assert.equal(usual.change, 'unchanged');
  assert.equal(row(compare(healthy, hot, { minCores: 0.02 }), 'work').self.change, 'grown');
});

test('a certain change below a tenth of the function is not significant', () => {
  const long = (count: number) => profileFromText(`0..100 work@/srv/w.js:1 ${count}`, { facts: { seconds: 100 } });
  const { q, deltaCores, significant } = row(compare(long(8900), long(9600)), 'work').self;
  assert.ok(q < 0.001 && deltaCores > 0.05);
  assert.equal(significant, false);
  assert.equal(row(compare(long(8900), long(9950)), 'work').self.significant, true);
});

test('on a busy host a change must be 2 % of all the CPU it uses', () => {
  const of = (work: number, rest: number) => profileFromText(`0..10 ${HANDLE} ${rest}\n0..10 work@/srv/w.js:1 ${work}`);
  const grown = (rest: number) => row(compare(of(10, rest), of(110, rest)), 'work').self;
  assert.equal(grown(900).significant, true);
  assert.ok(grown(9900).q < 0.01);
  assert.equal(grown(9900).significant, false);
});

test('of profiles without times a change must be 2 % of the profile', () => {
  const of = (work: number) =>
    profileFromText(`- ${HANDLE} ${1e6 - work}\n- work@/srv/w.js:1 ${work}`, { facts: { seconds: null, hz: null } });
  const { q, deltaCores, significant } = row(compare(of(5000), of(22_000)), 'work').self;
  assert.ok(q < 0.01 && deltaCores > 0.016 && deltaCores < 0.02);
  assert.equal(significant, false);
});

test('functions with fewer than 20 samples on both sides are not tested', () => {
  const of = (count: number) => profileFromText(`0..10 ${HANDLE} 300\n0..10 work@/srv/w.js:1 ${count}`);
  assert.equal(row(compare(of(1), of(19)), 'work').self.q, 1);
  assert.ok(row(compare(of(1), of(20)), 'work').self.q < 0.01);
});

test('a share that falls because the rest grew is not evidence that a function grew', () => {
  const of = (work: number, rest: number) => profileFromText(`0..10 ${HANDLE} ${rest}\n0..10 work@/srv/w.js:1 ${work}`);
  const { deltaCores, q } = row(compare(of(330, 330), of(385, 3000)), 'work').self;
  assert.ok(deltaCores > 0.05 && q > 0.05, `q = ${q}`);
});

/** Seconds of very different load, in which `work` has always the same part. */
function waves(loads: readonly number[], part: number): string {
  return loads
    .map((n, second) => {
      const work = Math.round(n * part);
      return `${second}.5 ${HANDLE} ${n - work}\n${second}.5 work@/srv/w.js:1 ${work}`;
    })
    .join('\n');
}

test('a mix that changes is seen below waves of load that hide it from the cores', () => {
  const loads = [10, 90, 20, 99, 30, 60, 12, 75, 25, 95];
  const seen = compare(profileFromText(waves(loads, 0.4)), profileFromText(waves(loads.toReversed(), 0.55)));
  assert.ok(seen.wholeProfileP <= 0.015, `p = ${seen.wholeProfileP}`);
  const same = compare(profileFromText(waves(loads, 0.4)), profileFromText(waves(loads.toReversed(), 0.4)));
  assert.ok(same.wholeProfileP > 0.5, `p = ${same.wholeProfileP}`);
});

test('one busy second does not drown nine that agree under changing load', () => {
  const loads = (busy: number) => [busy, 12, 90, 20, 75, 30, 60, 15, 99, 40];
  const seen = compare(profileFromText(waves(loads(1000), 0.4)), profileFromText(waves(loads(1000), 0.6)));
  assert.ok(seen.wholeProfileP <= 0.015, `p = ${seen.wholeProfileP}`);
});

/** A function above many small ones, `samples` in each, in seconds of their own. */
function spread(parent: string, functions: number, samples: number): string {
  return Array.from({ length: functions * samples }, (_, i) => {
    const [fn, second] = [i % functions, (i * 7 + Math.floor(i / functions)) % 10];
    return `${second}.5 ${HANDLE};${parent};${parent.slice(0, 2)}${fn}@/srv/p.js:${100 + fn} 1`;
  }).join('\n');
}

test('a change spread over a hundred small functions is seen in the function above them', () => {
  const loads = [10, 90, 20, 99, 30, 60, 12, 75, 25, 95];
  const of = (parse: number, render: number) =>
    profileFromText(
      [waves(loads, 0.5), spread('parse@/srv/p.js:5', 140, parse), spread('render@/srv/r.js:5', 100, render)].join(
        '\n',
      ),
    );
  const seen = compare(of(2, 3), of(3, 2));
  assert.ok(seen.wholeProfileP <= 0.015, `p = ${seen.wholeProfileP}`);
  assert.deepEqual(
    seen.findings.map(({ function: name, change }) => [name, change]),
    [
      ['parse', 'grown'],
      ['render', 'shrunk'],
    ],
  );
});

test('short recordings are cut into ten blocks', () => {
  const short = profileFromText(`0..3 ${HANDLE} 200`, { facts: { seconds: 3 } });
  assert.match(compare(short, short).method[0] ?? '', /each process in blocks of 0\.3 s \(10 and 10 blocks\)/);
});

test('recordings too weak to compare name no function beside another process either', () => {
  const of = (name: string, cpuSeconds: number) =>
    profileFromText(`0..1.5 ${name}@/srv/a.js:1 90`, {
      facts: { seconds: 1.5, otherProcesses: [{ pid: 9, name: 'backup', cpuSeconds }] },
    });
  const quiet = profileFromText('0..1.5 quick@/srv/a.js:1 5', { facts: { seconds: 1.5 } });
  const { quality, findings, verdict } = compare(quiet, of('slow', 1.1));
  assert.deepEqual([quality.grade, verdict.class], ['withheld', 'other process']);
  assert.deepEqual(findings, []);
});

test('too few samples are withheld although they differ as clearly as can be', () => {
  const of = (name: string) => profileFromText(`0..1.5 ${name}@/srv/a.js:1 90`, { facts: { seconds: 1.5, hz: 99 } });
  const { quality, findings, verdict } = compare(of('quick'), of('slow'));
  assert.equal(quality.grade, 'withheld');
  assert.deepEqual(findings, []);
  assert.equal(verdict.class, 'inconclusive');
});
