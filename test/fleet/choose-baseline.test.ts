/** Which member of a group shows how it is when it is well. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { chooseBaseline } from '../../service/fleet/choose-baseline.ts';
import type { GroupMember } from '../../service/fleet/member.ts';
import type { GroupName, InstanceId } from '../../service/shared/ids.ts';
import { member } from '../support/fakes/fake-fleet.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const GROUP = 'web-prod' as GroupName;
const id = (letter: string) => `i-0${letter.repeat(16)}` as InstanceId;

function choose(percents: Readonly<Record<string, number | null>>, changes: Partial<GroupMember> = {}) {
  const entries = Object.entries(percents);
  const cpu = entries.flatMap(([letter, percent]) =>
    percent === null ? [] : [[id(letter), [{ atMs: NOW - 60_000, percent }]] as const],
  );
  const members = entries.map(([letter]) => member(id(letter), GROUP, changes));
  return chooseBaseline({ members, cpu: new Map(cpu), minAgeMs: 600_000, now: NOW });
}

test('the median one by CPU is recorded, the calmer of two', () => {
  assert.equal(choose({ a: 50, b: 10, c: 30 }).member?.instanceId, id('c'));
  assert.equal(choose({ a: 40, b: 10 }).member?.instanceId, id('b'));
  assert.deepEqual(choose({ b: 20, a: 20 }).member?.instanceId, id('a'));
  assert.equal(choose({ a: 60 }).cpuPercent, 60);
});

test('who is busier than 60 % is left out, and so is who has no figure', () => {
  const choice = choose({ a: 61, b: 70, c: 12, d: null });
  assert.deepEqual([choice.member?.instanceId, choice.cpuPercent, choice.why], [id('c'), 12, null]);
});

test('why nobody is fit is said of each, up to three', () => {
  for (const [changes, words] of [
    [{ lifecycle: 'Terminating:Wait' }, /is Terminating:Wait\.$/],
    [{ healthy: false }, /is unhealthy\.$/],
    [{ online: false }, /has no SSM agent online\.$/],
    [{ launchedAtMs: NOW - 30_000 }, /has been up for only 30 s\.$/],
    [{ launchedAtMs: null }, /has been up for only 0 s\.$/],
  ] as const) {
    const { member: nobody, why } = choose({ a: 10 }, changes);
    assert.equal(nobody, null);
    assert.match(why ?? '', words);
  }
  assert.equal(choose({}).why, 'No member is fit: there is none.');
  assert.match(choose({ a: 90, b: 91, c: 92, d: 93, e: null }).why ?? '', /a has a CPU of 90 %, .*, and 2 more\.$/);
});
