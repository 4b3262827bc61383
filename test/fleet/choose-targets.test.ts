import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ChoiceInput, TargetChoice } from '../../service/fleet/choice.ts';
import { chooseTargets } from '../../service/fleet/choose-targets.ts';
import type { CpuPoint, GroupMember } from '../../service/fleet/member.ts';
import type { GroupName, InstanceId } from '../../service/shared/ids.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 20, 3, 15);

/** `id('a')` → i-aaaaaaaaaaaaaaaaa */
function id(letter: string): InstanceId {
  return `i-${letter.repeat(17)}` as InstanceId;
}

function member(letter: string, changes: Partial<GroupMember> = {}): GroupMember {
  return {
    instanceId: id(letter),
    group: 'web' as GroupName,
    lifecycle: 'InService',
    healthy: true,
    instanceType: 'm6i.large',
    cpus: 2,
    zone: 'eu-west-1a',
    launchedBy: 'launch template web v7',
    launchedAtMs: NOW - 180 * MINUTE,
    online: true,
    ...changes,
  };
}

/** Figures of one instance, one a minute, the last one two minutes ago. */
function points(...percents: number[]): CpuPoint[] {
  return percents.map((percent, index) => ({ atMs: NOW - (percents.length + 1 - index) * MINUTE, percent }));
}

function choose(
  members: readonly GroupMember[],
  cpu: Readonly<Record<string, readonly CpuPoint[]>>,
  changes: Partial<ChoiceInput> = {},
): TargetChoice {
  const figures = new Map(Object.entries(cpu).map(([letter, list]) => [id(letter), list]));
  return chooseTargets({
    instanceIds: [],
    wholeGroups: changes.instanceIds?.length ? [] : ['web' as GroupName],
    members,
    cpu: figures,
    now: NOW,
    peers: 1,
    minPeerAgeMs: 10 * MINUTE,
    ...changes,
  });
}

/** `a hot`, `b peer`, …: who plays what, then the reasons. */
function roles(choice: TargetChoice): string[] {
  return choice.verdicts.map((verdict) => `${verdict.instanceId[2]} ${verdict.role}`);
}

function reason(choice: TargetChoice, letter: string): string {
  return choice.verdicts.find((verdict) => verdict.instanceId === id(letter))?.reason ?? '';
}

const CALM = { b: points(30, 31, 32), c: points(34, 34, 34), d: points(5, 5, 5) };

describe('the hot instance', () => {
  test('is the one that the alarm names, with its figure', () => {
    const choice = choose([member('a'), member('b')], { a: points(97, 98, 99), ...CALM }, { instanceIds: [id('a')] });
    assert.equal(choice.hot, id('a'));
    assert.equal(choice.hotReason, 'The alarm names it; CPU 98 % over the latest 3 data points.');
    assert.equal(choice.verdicts[0]?.cpuPercent, 98);
  });

  test('is the one that the alarm names even when others look busier or it has no figure', () => {
    const choice = choose([member('a'), member('b')], { b: points(99, 99, 99) }, { instanceIds: [id('a')] });
    assert.equal(choice.hot, id('a'));
    assert.match(choice.hotReason, /CloudWatch has no recent CPU figure for it/);
    assert.equal(choice.verdicts[0]?.cpuPercent, null);
  });

  test('is the one that the alarm names also when it is leaving or unknown to the group', () => {
    const leaving = member('a', { lifecycle: 'Terminating:Wait', online: false, healthy: false });
    assert.equal(choose([leaving, member('b')], CALM, { instanceIds: [id('a')] }).hot, id('a'));
    const alone = choose([], {}, { instanceIds: [id('a')] });
    assert.deepEqual(roles(alone), ['a hot']);
    assert.match(alone.noPeerReason ?? '', /^The hot instance is in no Auto Scaling group, .* it has no peers\.$/);
  });

  test('is the busiest of several that the alarm names, else the first by id', () => {
    const named = [id('c'), id('b'), id('c')];
    const members = [member('a'), member('b'), member('c')];
    const busiest = choose(members, { a: points(99), b: points(40), c: points(60) }, { instanceIds: named });
    assert.match(
      busiest.hotReason,
      /^It has the highest CPU of the 2 instances that the alarm names: 60 % over the latest data point\.$/,
    );
    assert.equal(busiest.hot, id('c'));
    const blind = choose(members, {}, { instanceIds: named });
    assert.equal(blind.hot, id('b'));
    assert.match(blind.hotReason, /none with a recent CPU figure; this one comes first by id/);
  });

  test('is the busiest member in service when the alarm names only the group', () => {
    const members = [member('a'), member('b'), member('c'), member('e', { lifecycle: 'Terminating:Proceed' })];
    const choice = choose(members, { a: points(91, 92, 93), ...CALM, e: points(100, 100, 100) });
    assert.equal(choice.hot, id('a'));
    assert.equal(
      choice.hotReason,
      'It has the highest CPU of 3 members in service: 92 % over the latest 3 data points; the next has 34 %.',
    );
  });

  test('is the busiest of all groups that the alarm names, and its peers are of its own group', () => {
    const [web, api] = ['web' as GroupName, 'api' as GroupName];
    const members = [
      ...['a', 'b'].map((letter) => member(letter)),
      ...['c', 'd'].map((letter) => member(letter, { group: api })),
    ];
    const cpu = { a: points(25, 25, 25), b: points(20, 20, 20), c: points(97, 97, 97), d: points(21, 21, 21) };
    const choice = choose(members, cpu, { wholeGroups: [web, api] });
    assert.deepEqual(roles(choice), ['c hot', 'd peer', 'a not chosen', 'b not chosen']);
    assert.equal(
      choice.hotReason,
      'It has the highest CPU of 4 members in service of the groups api and web: 97 % over the latest 3 data points; ' +
        'the next has 25 %.',
    );
    assert.equal(reason(choice, 'a'), 'It is of the group web, the hot instance of api.');
  });

  test('is the busiest of the instances and the groups that the alarm names side by side', () => {
    const api = 'api' as GroupName;
    const members = [member('a'), member('b'), member('c', { group: api }), member('d', { group: api })];
    const named = { instanceIds: [id('a')], wholeGroups: [api] };
    const calm = choose(members, { a: points(25), b: points(99), c: points(97), d: points(20) }, named);
    assert.equal(calm.hot, id('c'));
    assert.match(calm.hotReason, /^It has the highest CPU of 3 instances that the alarm is about: 97 %/);
    assert.deepEqual(calm.peers, [id('d')]);
    assert.equal(choose(members, { a: points(95), c: points(20), d: points(20) }, named).hot, id('a'));
  });

  test('is the only member in service, if there is one', () => {
    const choice = choose([member('a'), member('b', { lifecycle: 'Pending' })], { a: points(50) });
    assert.equal(choice.hotReason, 'It is the only member in service: 50 % over the latest data point.');
  });

  test('is chosen from data points that most have, so that a late figure hides nothing and fakes nothing', () => {
    const at = (...pairs: [number, number][]) =>
      pairs.map(([minute, percent]) => ({ atMs: NOW - minute * MINUTE, percent }));
    const members = ['a', 'b', 'c', 'd'].map((letter) => member(letter));
    // d has not reported the latest data point yet, in which a became hot.
    const fresh = choose(members, {
      a: at([11, 20], [6, 20], [1, 95]),
      b: at([11, 21], [6, 21], [1, 21]),
      c: at([11, 22], [6, 22], [1, 22]),
      d: at([11, 25], [6, 25]),
    });
    assert.equal(fresh.hot, id('a'));
    // Only d still has the peak of half an hour ago among its points.
    const stale = choose(members, {
      a: at([3, 50], [2, 50], [1, 50]),
      b: at([3, 20], [2, 20], [1, 20]),
      c: at([3, 20], [2, 20], [1, 20]),
      d: at([30, 100], [3, 30], [2, 30], [1, 30]),
    });
    assert.equal(stale.hot, id('a'));
    assert.equal(stale.verdicts.find((verdict) => verdict.instanceId === id('d'))?.cpuPercent, 30);
  });

  test('is not chosen by figures from the future or by figures that are not numbers', () => {
    const odd = [
      { atMs: NOW + 1, percent: 100 },
      { atMs: NOW - MINUTE, percent: Number.NaN },
    ];
    const choice = choose([member('a'), member('b')], { a: odd, b: points(10) });
    assert.equal(choice.hot, id('b'));
  });

  test('is nobody when nobody is in service or has a figure, and every member gets its reason', () => {
    const none = choose([member('a'), member('b', { lifecycle: 'Standby' })], {});
    assert.equal(none.hot, null);
    assert.match(none.hotReason, /The only member in service has no recent CPU figure/);
    assert.deepEqual(roles(none), ['a not chosen', 'b not chosen']);
    assert.equal(reason(none, 'b'), 'It is Standby, not in service.');
    assert.match(choose([member('a', { lifecycle: 'Pending' })], {}).hotReason, /None of the 1 members/);
    assert.equal(choose([], {}).hotReason, 'The group has no members.');
  });

  test('on a burstable type comes with a word of warning', () => {
    const burstable = [member('a', { instanceType: 't3.medium' }), member('b', { instanceType: 't3.medium' })];
    assert.match(
      reason(choose(burstable, { a: points(40), b: points(10) }), 'a'),
      /t3\.medium is burstable: .* CPUCreditBalance/,
    );
    assert.doesNotMatch(reason(choose([member('a')], { a: points(40) }), 'a'), /burstable/);
  });
});

describe('a healthy peer', () => {
  const HOT = { a: points(97, 98, 99) };

  test('is like the hot instance and close to what is normal, not the idlest', () => {
    const choice = choose(
      ['a', 'b', 'c', 'd'].map((letter) => member(letter)),
      { ...HOT, ...CALM },
    );
    assert.deepEqual(roles(choice), ['a hot', 'b peer', 'c not chosen', 'd not chosen']);
    assert.equal(
      reason(choice, 'b'),
      'Healthy, same type m6i.large, same launch template web v7, same zone eu-west-1a; CPU 31 %, the median of ' +
        'the others 31 %; running for 3 h.',
    );
    assert.equal(reason(choice, 'c'), 'It qualifies (rank 2 of 3), but one peer is enough.');
    assert.equal(choice.noPeerReason, null);
  });

  test('is never one that is out of service, unhealthy, offline, of another type, too young or hot', () => {
    const members = [
      member('a'),
      member('b', { lifecycle: 'Pending:Wait' }),
      member('c', { healthy: false }),
      member('d', { online: false }),
      member('e', { instanceType: 'c6i.xlarge', cpus: 4 }),
      member('f', { launchedAtMs: NOW - 4 * MINUTE }),
      member('0', { launchedAtMs: null }),
      member('1'),
      member('2'),
    ];
    const choice = choose(members, { ...HOT, '1': points(90, 90, 90) }, { alsoBurning: new Set([id('2')]) });
    assert.deepEqual(choice.peers, []);
    assert.equal(
      choice.noPeerReason,
      'No healthy peer: none of the 8 other members qualifies; 2 of them are hot, too.',
    );
    const expected: Record<string, string> = {
      b: 'It is Pending:Wait, not in service.',
      c: 'Auto Scaling reports it as unhealthy.',
      d: 'Its SSM agent is not online, so nothing can be run on it.',
      e: 'Its type is c6i.xlarge, that of the hot instance m6i.large: their cores are not comparable.',
      f: 'It has been up for only 4 min; peers must be up for 10 min.',
      0: 'How long it has been up is not known.',
      1: 'Also hot: CPU 90 %, the hot instance 98 %.',
      2: 'Also hot: it is the hot instance of another open incident.',
    };
    for (const [letter, words] of Object.entries(expected)) assert.equal(reason(choice, letter), words);
  });

  test('does not exist when all are hot, when there is no other member, or when no peer is asked for', () => {
    const trio = ['a', 'b', 'c'].map((letter) => member(letter));
    const all = { a: points(97), b: points(96), c: points(95) };
    assert.equal(choose(trio, all).noPeerReason, 'No healthy peer: all 2 other members are hot, too.');
    assert.equal(choose([member('a')], HOT).noPeerReason, 'The hot instance is the only member of its group.');
    assert.match(
      choose([member('a'), member('b', { healthy: false })], HOT).noPeerReason ?? '',
      /^No healthy peer: the only other member does not qualify\. Auto Scaling reports it as unhealthy\.$/,
    );
    assert.equal(
      choose(trio, { ...HOT, ...CALM }, { peers: 0 }).noPeerReason,
      'The configuration asks for no peer (PEERS=0).',
    );
  });

  test('of another type with as many vCPUs comes after those of the same, and the difference is said', () => {
    const other = member('b', { instanceType: 'c7i.large' });
    const alike = member('c', { launchedBy: 'launch template web v8', zone: 'eu-west-1c' });
    const figures = { ...HOT, ...CALM };
    assert.deepEqual(choose([member('a'), other, alike], figures).peers, [id('c')]);
    const choice = choose([member('a'), other], figures);
    assert.deepEqual(choice.peers, [id('b')]);
    assert.match(
      reason(choice, 'b') ?? '',
      /another type with 2 vCPUs, too, c7i\.large \(the hot instance: m6i\.large\), whose cores do not work alike/,
    );
    const larger = member('b', { instanceType: 'c7i.xlarge', cpus: 4 });
    assert.deepEqual(choose([member('a'), larger], figures).peers, []);
  });

  test('may be close to the hot one when both are calm: the figure lags behind the alarm', () => {
    const choice = choose([member('a'), member('b')], { a: points(22), b: points(21) }, { instanceIds: [id('a')] });
    assert.deepEqual(choice.peers, [id('b')]);
  });

  test('burns from half of its CPUs on, when it is within a seventh of the hot one', () => {
    const second = (hot: number, other: number) => {
      const figures = { a: points(hot), b: points(other) };
      return choose([member('a'), member('b')], figures, { instanceIds: [id('a')] }).peers.length;
    };
    assert.deepEqual([second(55, 49), second(55, 50)], [1, 0]);
    assert.deepEqual([second(80, 67), second(80, 69)], [1, 0]);
  });

  test('of the same template comes before one of the same zone, and another template is pointed out', () => {
    const hot = member('a');
    const sameZone = member('b', { launchedBy: 'launch template web v8' });
    const sameTemplate = member('c', { zone: 'eu-west-1b' });
    const both = choose([hot, sameZone, sameTemplate], { ...HOT, b: points(30), c: points(31) });
    assert.deepEqual(both.peers, [id('c')]);
    assert.match(reason(both, 'c'), /another zone, eu-west-1b \(the hot instance: eu-west-1a\)/);
    const only = choose([hot, sameZone], { ...HOT, b: points(30) });
    assert.match(reason(only, 'b'), /, of launch template web v8 \(the hot instance: launch template web v7\),/);
  });

  test('of another zone comes before one that is idle', () => {
    const members = [
      member('a'),
      member('b'),
      ...['c', 'd', 'e'].map((letter) => member(letter, { zone: 'eu-west-1b' })),
    ];
    const choice = choose(members, { ...HOT, b: points(2), c: points(30), d: points(32), e: points(35) });
    assert.deepEqual(choice.peers, [id('c')]);
  });

  test('without a figure comes last', () => {
    const members = ['a', 'b', 'c'].map((letter) => member(letter));
    const choice = choose(members, { ...HOT, c: points(40) }, { peers: 2 });
    assert.deepEqual(choice.peers, [id('c'), id('b')]);
    assert.match(reason(choice, 'b'), /no recent CPU figure, the median of the others 40 %/);
  });

  test('of equal merit is the one with the smaller id', () => {
    const members = ['c', 'b', 'a'].map((letter) => member(letter));
    assert.deepEqual(choose(members, { ...HOT, b: points(30), c: points(30) }).peers, [id('b')]);
  });

  test('needs no age in a sandbox', () => {
    const young = [member('a'), member('b', { launchedAtMs: null })];
    assert.deepEqual(choose(young, HOT, { minPeerAgeMs: 0 }).peers, [id('b')]);
  });
});

const anyMember = (letter: string) =>
  fc
    .record({
      lifecycle: fc.constantFrom('InService', 'InService', 'InService', 'Pending', 'Terminating'),
      healthy: fc.boolean(),
      online: fc.boolean(),
      instanceType: fc.constantFrom('m6i.large', 'm6i.large', 't3.small', null),
      cpus: fc.constantFrom(2, 2, 4),
      zone: fc.constantFrom('a', 'b', null),
      launchedBy: fc.constantFrom('v1', 'v2', null),
      launchedAtMs: fc.option(fc.integer({ min: NOW - 60 * MINUTE, max: NOW })),
    })
    .map((changes) => member(letter, changes));
const LETTERS = ['0', '1', '2', '3', '4', '5', '6'];
const world = fc.record({
  members: fc.tuple(...LETTERS.map(anyMember)).chain((all) => fc.subarray(all)),
  cpu: fc.dictionary(fc.constantFrom(...LETTERS), fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 5 })),
  instanceIds: fc.subarray(LETTERS, { maxLength: 2 }),
  peers: fc.nat(3),
});

test('the order of members and of figures never changes the choice', () => {
  fc.assert(
    fc.property(
      world,
      fc.array(fc.nat(), { minLength: 7, maxLength: 7 }),
      ({ members, cpu, instanceIds, peers }, keys) => {
        const shuffled = members.map((one, index) => ({ one, key: keys[index] ?? 0 })).sort((a, b) => a.key - b.key);
        const figures = Object.entries(cpu).map(([letter, list]) => [letter, points(...list)] as const);
        const changes = { instanceIds: instanceIds.map(id), peers };
        assert.deepEqual(
          choose(
            shuffled.map(({ one }) => one),
            Object.fromEntries(figures.map(([letter, list]) => [letter, [...list].reverse()])),
            {
              ...changes,
              instanceIds: [...changes.instanceIds].reverse(),
            },
          ),
          choose(members, Object.fromEntries(figures), changes),
        );
      },
    ),
  );
});

test('every member gets one verdict, and every peer obeys the rules', () => {
  fc.assert(
    fc.property(world, ({ members, cpu, instanceIds, peers }) => {
      const figures = Object.fromEntries(Object.entries(cpu).map(([letter, list]) => [letter, points(...list)]));
      const choice = choose(members, figures, { instanceIds: instanceIds.map(id), peers });
      const judged = choice.verdicts.map((verdict) => verdict.instanceId);
      assert.equal(new Set(judged).size, judged.length);
      for (const one of members) assert.ok(judged.includes(one.instanceId));
      assert.ok(choice.verdicts.every((verdict) => verdict.reason.endsWith('.')));
      assert.equal(choice.noPeerReason === null, choice.peers.length > 0);
      assert.ok(choice.peers.length <= peers);
      const hot = members.find((one) => one.instanceId === choice.hot);
      for (const peer of members.filter((one) => choice.peers.includes(one.instanceId))) {
        assert.ok(peer.lifecycle === 'InService' && peer.healthy && peer.online && peer !== hot);
        assert.ok(peer.instanceType === hot?.instanceType || peer.cpus === hot?.cpus);
      }
    }),
  );
});
