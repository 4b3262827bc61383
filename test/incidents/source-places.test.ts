/** Which lines are asked for, and of whom. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { healthyFunctions } from '../../service/analysis/healthy-functions.ts';
import { compare } from '../../service/compare/compare.ts';
import type { Capture } from '../../service/incidents/incident.ts';
import { planSource } from '../../service/incidents/source/plan-source.ts';
import type { Profile } from '../../service/profile/profile.ts';
import type { ReportPlace } from '../../service/report/source/source-data.ts';
import { profileFromText } from '../support/profile-from-text.ts';

const captureOf = (role: Capture['role']) =>
  ({ id: `cap-${role}`, instanceId: `i-${role}`, role }) as unknown as Capture;

/** `findings`: names, culprit first; any function can be one here. */
function plan(hot: Profile, healthy: Profile, findings: readonly string[]): Record<string, readonly ReportPlace[]> {
  const differential = compare(healthy, hot);
  const named = findings.map((name) => ({
    ...({} as (typeof differential.findings)[number]),
    fn: differential.tree.functions.findIndex((fn) => fn.name === name),
  }));
  const source = planSource({
    hot: { capture: captureOf('hot'), profile: hot },
    healthy: { capture: captureOf('peer'), profile: healthy },
    differential,
    findings: named,
    healthyFunctions: healthyFunctions(hot, healthy),
  });
  return Object.fromEntries((source?.hosts ?? []).map(({ role, places }) => [role, places]));
}

const brief = ({ pid, file, line, column }: ReportPlace) => `${pid} ${file}:${line}:${column}`;

/** The profile with samples on lines: `[function, line, samples]`. */
function withTicks(profile: Profile, ticks: readonly (readonly [string, number, number])[]): Profile {
  const { frames, tree } = profile;
  const nodeOf = (name: string) =>
    tree.frame.findIndex((frame, node) => node > 0 && profile.functions[frames.functionOf[frame] ?? -1]?.name === name);
  return { ...profile, lineTicks: ticks.map(([name, line, samples]) => ({ node: nodeOf(name), line, samples })) };
}

test('the file is named as the program knows it, in the process that runs the function most', () => {
  const hot = profileFromText(`
    [11] 0..10 main@/srv/releases/42/app.js:1:1;slow@file:///srv/releases/42/lib/slow.mjs:7:20 40
    [12] 0..10 main@/srv/releases/42/app.js:1:1;slow@file:///srv/releases/42/lib/slow.mjs:7:20 300`);
  const healthy = profileFromText(
    '[21] 0..10 main@/srv/releases/41/app.js:1:1;slow@file:///srv/releases/41/lib/slow.mjs:7:20 100',
  );
  const { hot: here = [], healthy: there = [] } = plan(hot, healthy, ['slow']);
  assert.deepEqual(here.map(brief), ['12 file:///srv/releases/42/lib/slow.mjs:7:20']);
  assert.deepEqual(there.map(brief), ['21 file:///srv/releases/41/lib/slow.mjs:7:20']);
});

test('the hottest line of all stacks is asked for, and on the healthy side the same line of the function', () => {
  const drawn = profileFromText(`
    0..10 a@/srv/app.js:1:1;slow@/srv/app.js:10:5 200
    0..10 b@/srv/app.js:5:1;slow@/srv/app.js:10:5 100`);
  const hot = withTicks(drawn, [
    ['slow', 13, 100],
    ['slow', 14, 60],
    ['slow', 14, 61],
    ['a', 2, 500],
  ]);
  // Four lines were added above it since.
  const healthy = profileFromText(`
    0..10 a@/srv/app.js:1:1;slow@/srv/app.js:6:5 50
    0..10 b@/srv/app.js:2:1;slow@/srv/app.js:6:5 50`);
  const { hot: here = [], healthy: there = [] } = plan(hot, healthy, ['slow']);
  assert.deepEqual(here.map(brief), ['1 /srv/app.js:14:null']);
  assert.deepEqual(here[0]?.ticks, [
    [14, 121],
    [13, 100],
  ]);
  assert.equal(here[0]?.functionLine, 10);
  assert.deepEqual(there.map(brief), ['1 /srv/app.js:10:null']);
});

test('ten places over all findings and both hosts, the culprit first', () => {
  const names = Array.from({ length: 9 }, (_, i) => `f${i}`);
  const text = names.map((name, i) => `0..10 ${name}@/srv/app.js:${i * 10 + 1}:1 40`).join('\n');
  const { hot = [], healthy = [] } = plan(profileFromText(text), profileFromText(text), names);
  assert.deepEqual([hot.length, healthy.length], [5, 5]);
  assert.deepEqual(
    hot.map(({ finding }) => finding),
    [0, 1, 2, 3, 4],
  );
});

test('what runs on one side only is asked for there; native code, core modules and code without a file nowhere', () => {
  const hot = profileFromText(`
    0..10 main@/srv/app.js:1:1;memcpy[libc.so.6] 100
    0..10 emit@node:events:5:5 100
    0..10 long@/srv/${'\u5c71'.repeat(1400)}.js:2:2 100
    0..10 made@evalmachine.<anonymous>:1:1 100`);
  const healthy = profileFromText('0..10 main@/srv/app.js:1:1;gone@/srv/app.js:9:9 100');
  const places = plan(hot, healthy, ['memcpy', 'emit', 'made', 'long', 'gone']);
  assert.deepEqual(places.hot, undefined);
  assert.deepEqual(places.healthy?.map(brief), ['1 /srv/app.js:9:9']);
  assert.deepEqual(plan(hot, healthy, ['memcpy']), {});
});
