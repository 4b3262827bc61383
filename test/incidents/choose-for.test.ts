/** Among whom the hot instance of an alarm is looked for. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Alarm } from '../../service/alarms/alarm.ts';
import type { CpuQuery } from '../../service/alarms/cpu-query.ts';
import type { RawAlarm } from '../../service/alarms/shapes/raw-alarm.ts';
import { chooseFor } from '../../service/incidents/steps/choose-for.ts';
import { AppError } from '../../service/shared/errors.ts';
import type { GroupName, InstanceId } from '../../service/shared/ids.ts';
import { cpuAlarm } from '../support/accept-alarm.ts';
import { child, saw, watched } from '../support/child-alarm.ts';
import { FakeFleet, member } from '../support/fakes/fake-fleet.ts';
import { ManualClock } from '../support/fakes/manual-clock.ts';

const NOW = Date.UTC(2026, 10, 23, 3);
const [WEB, API] = ['web' as GroupName, 'api' as GroupName];
const [CALM, WEB_PEER, BURNING, API_PEER] = ['1', '2', '3', '4'].map(
  (digit) => `i-0000000000000000${digit}` as InstanceId,
) as [InstanceId, InstanceId, InstanceId, InstanceId];
const FLEET = [member(CALM, WEB), member(WEB_PEER, WEB), member(BURNING, API), member(API_PEER, API)];

test('an alarm that has waited is held against figures of its own time', async () => {
  const asked: number[] = [];
  const fleet = new FakeFleet(FLEET, new Map([[CALM, 25]]));
  fleet.cpu = async (_, fromMs) => {
    asked.push(NOW - fromMs);
    return new Map([[CALM, [{ atMs: NOW - 60_000, percent: 25 }]]]);
  };
  const alarmTargets = { childrenOf: async () => [], stateOf: async () => null };
  const deps = { fleet, alarmTargets, clock: new ManualClock(NOW), peers: 1, peerMinAgeMs: 0 };
  const doubtAfter = async (minutes: number) => {
    const observedAtMs = NOW - minutes * 60_000;
    const targets = { instanceIds: [], groups: [WEB], hosts: [] };
    const alarm = cpuAlarm(NOW, { targets, observedAtMs, observed: 95, periodSeconds: 300 });
    return (await chooseFor(deps, alarm, [])).verdicts[0]?.doubt;
  };
  assert.match((await doubtAfter(40)) ?? '', /^The alarm saw 95 %; nobody in service explains that/);
  assert.equal(asked[0], 45 * 60_000);
  assert.equal(await doubtAfter(200), undefined);
  assert.equal(asked[1], 15 * 60_000);
});

describe('when nobody in service explains the alarm', () => {
  const alarmTargets = { childrenOf: async () => [], stateOf: async () => null };
  const gone = 'i-0ffffffffffffffff' as InstanceId;
  const observedAtMs = NOW - 5 * 60_000;
  const targets = { instanceIds: [], groups: [WEB], hosts: [] };
  const alarm = cpuAlarm(NOW, { targets, observedAtMs, observed: 95, periodSeconds: 600 });
  const world = (percent: readonly (readonly [InstanceId, number])[]) => {
    const fleet = new FakeFleet(FLEET, new Map([[CALM, 25], [WEB_PEER, 20], ...percent]));
    fleet.departed = [{ instanceId: gone, atMs: NOW - 2 * 60_000, how: 'terminated', group: WEB }];
    return { fleet, alarmTargets, clock: new ManualClock(NOW), peers: 1, peerMinAgeMs: 0 };
  };
  const doubt = async (deps: ReturnType<typeof world>) => (await chooseFor(deps, alarm, [])).verdicts[0]?.doubt ?? '';

  test('the member that did and has left is named', async () => {
    assert.match(
      await doubt(world([[gone, 97]])),
      new RegExp(`since\\. ${gone} had 97 %, and was terminated 2 min ago\\.$`),
    );
  });

  test('one that has left calm is not, and one without a figure is said to be that', async () => {
    assert.match(await doubt(world([[gone, 12]])), /at most since\.$/);
    assert.match(await doubt(world([])), /was terminated 2 min ago; CloudWatch has no figure of it\.$/);
  });

  test('a role that may not ask for that loses only the names', async () => {
    const deps = world([[gone, 97]]);
    deps.fleet.departures = async () => {
      throw new AppError('GROUP_LOOKUP_FAILED', 'AccessDenied');
    };
    assert.match(await doubt(deps), /at most since\. Who has left the group could not be found out\.$/);
  });
});

function choose(targets: Partial<Alarm['targets']>, children: readonly RawAlarm[] = [], changes: Partial<Alarm> = {}) {
  const fleet = new FakeFleet(
    FLEET,
    new Map([
      [CALM, 25],
      [WEB_PEER, 20],
      [BURNING, 97],
      [API_PEER, 21],
    ]),
  );
  const alarmTargets = { childrenOf: async () => children, stateOf: async () => null };
  const alarm = cpuAlarm(NOW, { targets: { instanceIds: [], groups: [], hosts: [], ...targets }, ...changes });
  return chooseFor({ fleet, alarmTargets, clock: new ManualClock(NOW), peers: 1, peerMinAgeMs: 0 }, alarm, []);
}

async function told(targets: Partial<Alarm['targets']>, children: readonly RawAlarm[] = []) {
  const { hot, peers, group } = await choose(targets, children);
  return { hot, peers, group };
}

const FIRE = { hot: BURNING, peers: [API_PEER], group: API };

test('an alarm over two groups is about the members of both', async () => {
  assert.deepEqual(await told({ groups: [WEB, API], wholeGroups: [WEB, API] }), FIRE);
});

test('an alarm over instances of two groups finds the peers in the group of the hot one', async () => {
  assert.deepEqual(await told({ instanceIds: [CALM, BURNING] }), FIRE);
});

test('an alarm over an instance and a group is about that instance and all of the group', async () => {
  assert.deepEqual(await told({ instanceIds: [CALM], groups: [API], wholeGroups: [API] }), FIRE);
});

test('a metric with an instance and its group is about the instance alone', async () => {
  const { hot, peers, group } = await choose({ instanceIds: [CALM], groups: [WEB], wholeGroups: [] });
  assert.deepEqual([hot, peers, group], [CALM, [WEB_PEER], WEB]);
});

test('an incident of an older release that names groups is about all of them', async () => {
  assert.deepEqual(await told({ groups: [WEB, API] }), FIRE);
});

test('an instance that has left its group keeps the one that the alarm names', async () => {
  const gone = 'i-0ffffffffffffffff' as InstanceId;
  assert.deepEqual(await told({ instanceIds: [gone], groups: [WEB], wholeGroups: [] }), {
    hot: gone,
    peers: [],
    group: WEB,
  });
});

describe('an alarm with a host name', () => {
  const HOST = 'ip-10-0-1-7.eu-west-1.compute.internal';
  const world = (matches: Readonly<Record<string, readonly InstanceId[]>>) => {
    const fleet = new FakeFleet(FLEET, new Map([[BURNING, 97]]));
    fleet.hosts = Object.fromEntries(
      Object.entries(matches).map(([host, ids]) => [
        host,
        ids.map((instanceId) => ({ instanceId, by: 'private DNS name' as const })),
      ]),
    );
    const alarmTargets = { childrenOf: async () => [], stateOf: async () => null };
    return { fleet, alarmTargets, clock: new ManualClock(NOW), peers: 1, peerMinAgeMs: 0 };
  };
  const named = (hosts: readonly string[], groups: readonly GroupName[] = []) =>
    cpuAlarm(NOW, { targets: { instanceIds: [], groups, wholeGroups: [], hosts } });

  test('is about the instance that has it, and the reader learns how it was found', async () => {
    for (const groups of [[], [API]]) {
      const choice = await chooseFor(world({ [HOST]: [BURNING] }), named([HOST], groups), []);
      assert.deepEqual([choice.hot, choice.peers, choice.group], [BURNING, [API_PEER], API]);
      assert.match(
        choice.verdicts[0]?.reason ?? '',
        new RegExp(`The host ${HOST} of the alarm is ${BURNING}, by its private DNS name\\.$`),
      );
    }
  });

  test('that several have is refused with the candidates, and so is one that nobody has', async () => {
    await assert.rejects(chooseFor(world({ [HOST]: [CALM, BURNING] }), named([HOST]), []), {
      code: 'ALARM_WITHOUT_TARGET',
      message: new RegExp(`may be any of 2 instances by their private DNS name: ${CALM}, ${BURNING}\\.$`),
    });
    for (const groups of [[], [API]])
      await assert.rejects(chooseFor(world({}), named([HOST], groups), []), {
        code: 'ALARM_WITHOUT_TARGET',
        message: new RegExp(`No running instance of this account and region has the host name ${HOST}`),
        hint: /append_dimensions/,
      });
  });

  test('beside another one is looked at alone when nobody has the other, which is said', async () => {
    const choice = await chooseFor(world({ [HOST]: [BURNING] }), named([HOST, 'ip-10-9-9-9']), []);
    assert.equal(choice.hot, BURNING);
    assert.match(choice.verdicts[0]?.reason ?? '', /has the host name ip-10-9-9-9: /);
  });
});

test('an instance outside of its group is compared with the members, and is said to be outside', async () => {
  const outside = 'i-0ffffffffffffffff' as InstanceId;
  const fleet = new FakeFleet(FLEET, new Map([[outside, 97]]));
  fleet.outside = [member(outside, WEB, { lifecycle: 'Detached' })];
  const alarmTargets = { childrenOf: async () => [], stateOf: async () => null };
  const deps = { fleet, alarmTargets, clock: new ManualClock(NOW), peers: 1, peerMinAgeMs: 0 };
  for (const groups of [[], [WEB]]) {
    const alarm = cpuAlarm(NOW, { targets: { instanceIds: [outside], groups, wholeGroups: [], hosts: [] } });
    const choice = await chooseFor(deps, alarm, []);
    assert.deepEqual([choice.hot, choice.peers, choice.group], [outside, [CALM], WEB]);
    assert.match(choice.verdicts[0]?.reason ?? '', /It is Detached, not in service of the group web\./);
  }
});

test('a group that has gone with its instance is no reason to give up, one that the alarm names is', async () => {
  const gone = 'i-0ffffffffffffffff' as InstanceId;
  const old = 'old' as GroupName;
  const fleet = new FakeFleet(FLEET, new Map());
  fleet.departed = [{ instanceId: gone, atMs: NOW, how: 'detached', group: old }];
  const alarmTargets = { childrenOf: async () => [], stateOf: async () => null };
  const deps = { fleet, alarmTargets, clock: new ManualClock(NOW), peers: 1, peerMinAgeMs: 0 };
  const alarm = cpuAlarm(NOW, { targets: { instanceIds: [gone], groups: [], wholeGroups: [], hosts: [] } });
  assert.equal((await chooseFor(deps, alarm, [])).hot, gone);
  const whole = cpuAlarm(NOW, { targets: { instanceIds: [], groups: [old], wholeGroups: [old], hosts: [] } });
  await assert.rejects(chooseFor(deps, whole, []), { code: 'GROUP_NOT_FOUND' });
});

describe('a composite alarm', () => {
  const COMPOSITE = { composite: { rule: 'ALARM(a) OR ALARM(b)', childrenArns: [] }, isCpu: false, metric: null };
  const onWeb = { AutoScalingGroupName: WEB };
  const onApi = { AutoScalingGroupName: API };
  const disk = child(
    'web disk',
    { InstanceId: CALM },
    { metrics: [watched('CWAgent', 'disk_used_percent', { InstanceId: CALM })] },
  );
  const scaleIn = child('web calm', { InstanceId: CALM }, { comparison: 'LessThanThreshold', threshold: 20 });

  test('is about instances and groups of its children side by side', async () => {
    assert.deepEqual(await told({}, [child('a', { InstanceId: CALM }), child('b', onApi)]), FIRE);
  });

  test('has only the children choose that tell of a busy CPU, and the others are named', async () => {
    const choice = await choose({}, [disk, scaleIn, child('api CPU', onApi)], COMPOSITE);
    assert.deepEqual([choice.hot, choice.peers, choice.group], [BURNING, [API_PEER], API]);
    const reason = choice.verdicts[0]?.reason ?? '';
    assert.match(reason, /"web disk" watches "CWAgent disk_used_percent", which is not CPU use/);
    assert.match(reason, /"web calm" fires when the CPU has little to do/);
  });

  test('without any such child is refused with the reasons', async () => {
    await assert.rejects(choose({}, [disk, scaleIn], COMPOSITE), {
      code: 'ALARM_WITHOUT_TARGET',
      message: /none of its children in ALARM tells of a busy CPU here\. "web disk" watches .* "web calm" fires when/,
    });
  });

  test('is held against the datapoint of the child that saw the most', async () => {
    const calm = child('web CPU', onWeb, {
      periodSeconds: 600,
      reason: 'Threshold Crossed: 1 datapoint [81.0 (23/11/26 02:50:00)] was greater than the threshold (80.0).',
    });
    const doubted = await choose({}, [calm], COMPOSITE);
    assert.match(doubted.verdicts[0]?.doubt ?? '', /^The alarm saw 81 %; nobody in service explains that/);
    const both = await choose({}, [calm, child('api CPU', onApi)], COMPOSITE);
    assert.equal(both.verdicts[0]?.doubt, undefined);
  });

  test('has each other group followed by the hottest of its alarms; what is of the chosen one is not', async () => {
    const children = [
      child('api CPU', onApi),
      child('calm CPU', { InstanceId: CALM }, { reason: saw(81) }),
      child('web CPU', onWeb, { reason: saw(85) }),
      child('peer CPU', { InstanceId: API_PEER }, { reason: saw(82) }),
    ];
    const { group, others, verdicts } = await choose({}, children, COMPOSITE);
    assert.equal(group, API);
    assert.deepEqual(
      others.followed.map(({ name, targets }) => [name, targets.groups]),
      [['web CPU', [WEB]]],
    );
    assert.deepEqual(others.inAlarm, [API_PEER, CALM]);
    const reason = verdicts[0]?.reason ?? '';
    assert.match(
      reason,
      new RegExp(`not captured here: "peer CPU" \\(82 %\\) of ${API_PEER}; "calm CPU" \\(81 %\\) of ${CALM}\\.$`),
    );
  });

  test('learns the group of an instance from the fleet, also by its host name', async () => {
    const host = 'ip-10-0-1-7';
    const deps = {
      fleet: new FakeFleet(FLEET, new Map([[BURNING, 97]])),
      alarmTargets: {
        childrenOf: async () => [
          child('api CPU', { InstanceId: BURNING }),
          child('web CPU', { host }, { metrics: [watched('CWAgent', 'cpu_usage_active', { host })], reason: saw(90) }),
        ],
        stateOf: async () => null,
      },
      ...{ clock: new ManualClock(NOW), peers: 1, peerMinAgeMs: 0 },
    };
    deps.fleet.hosts = { [host]: [{ instanceId: CALM, by: 'private DNS name' }] };
    const alarm = cpuAlarm(NOW, { targets: { instanceIds: [], groups: [], hosts: [] }, ...COMPOSITE });
    const { hot, others } = await chooseFor(deps, alarm, []);
    assert.equal(hot, BURNING);
    assert.deepEqual(
      others.followed.map(({ name, targets }) => [name, targets.groups, targets.hosts]),
      [['web CPU', [WEB], [host]]],
    );
  });

  test('tells instances without a group apart', async () => {
    const [one, two] = ['i-0000000000000000a', 'i-0000000000000000b'] as [string, string];
    const children = [
      child('api CPU', onApi),
      child('one', { InstanceId: one }, { reason: saw(90) }),
      child('two', { InstanceId: two }, { reason: saw(85) }),
      child('one again', { InstanceId: one }, { reason: saw(84) }),
    ];
    const { others, verdicts } = await choose({}, children, COMPOSITE);
    assert.deepEqual(
      others.followed.map(({ name }) => name),
      ['one', 'two'],
    );
    assert.match(verdicts[0]?.reason ?? '', /not captured here: "one again" \(84 %\) of i-0000000000000000a\.$/);
  });

  test('compares with nobody whose own alarm is in ALARM', async () => {
    const own = [BURNING, API_PEER].map((id) => child(`CPU of ${id}`, { InstanceId: id }));
    const { hot, peers, verdicts } = await choose({}, own, COMPOSITE);
    assert.deepEqual([hot, peers], [BURNING, []]);
    assert.ok(verdicts.some(({ reason }) => reason === 'Also hot: an alarm that names it is in ALARM.'));
  });

  test('refuses children of another account or region by name, and metrics of another account', async () => {
    const arns = [
      'arn:aws:cloudwatch:us-east-1:999999999999:alarm:x',
      'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:y',
    ];
    await assert.rejects(choose({}, [child('never asked', onApi)], { composite: { rule: '', childrenArns: arns } }), {
      code: 'ALARM_WITHOUT_TARGET',
      message: /alarm:x" is of another account or region\. .*alarm:y" is of another/,
    });
    const foreign = { ...watched('AWS/EC2', 'CPUUtilization', onWeb), accountId: '999999999999' };
    const choice = await choose({}, [child('far', onWeb, { metrics: [foreign] }), child('api CPU', onApi)], COMPOSITE);
    assert.equal(choice.group, API);
    assert.match(choice.verdicts[0]?.reason ?? '', /"far" watches instances of the account "999999999999"\./);
  });
});

describe('the figures that the hot instance is chosen by', () => {
  const metric = (name: string, changes: Partial<CpuQuery['metrics'][number]> = {}) => ({
    ...{ id: name, namespace: 'CWAgent', name, stat: 'Average' },
    dimensions: [
      { name: 'AutoScalingGroupName', value: WEB },
      { name: 'cpu', value: 'cpu-total' },
    ],
    ...changes,
  });
  const SUM: CpuQuery = {
    metrics: [metric('cpu_usage_user'), metric('cpu_usage_system')],
    expressions: [{ id: 'e1', text: 'cpu_usage_user + cpu_usage_system' }],
    returned: ['e1'],
    isHeadroom: false,
  };
  const of = (one: number, other: number) =>
    new Map([
      [CALM, one],
      [WEB_PEER, other],
    ]);
  const chosen = async (query: CpuQuery | null, figures: FakeFleet['figures'], changes: Partial<Alarm> = {}) => {
    const fleet = new FakeFleet(FLEET, of(90, 20));
    fleet.figures = figures;
    const alarmTargets = { childrenOf: async () => [], stateOf: async () => null };
    const targets = { instanceIds: [], groups: [WEB], wholeGroups: [WEB], hosts: [] };
    const alarm = cpuAlarm(NOW, { targets, cpuQuery: query, ...changes });
    const deps = { fleet, alarmTargets, clock: new ManualClock(NOW), peers: 1, peerMinAgeMs: 0 };
    const { hot, verdicts } = await chooseFor(deps, alarm, []);
    return { hot, reason: verdicts[0]?.reason ?? '', verdict: verdicts[0] };
  };

  test("are the alarm's own, for each instance, and are named", async () => {
    const figures = { 'CWAgent cpu_usage_user Average': of(20, 60), 'CWAgent cpu_usage_system Average': of(5, 35) };
    const { hot, reason, verdict } = await chosen(SUM, figures);
    assert.deepEqual([hot, verdict?.cpuPercent], [WEB_PEER, 95]);
    assert.match(
      reason,
      /CPU is CWAgent cpu_usage_user and CWAgent cpu_usage_system \(Average\) here, as in the alarm\.$/,
    );
  });

  test("have the alarm's own statistic, and the datapoint is held against them", async () => {
    const query = { ...SUM, metrics: [metric('CPUUtilization', { id: 'm1', namespace: 'AWS/EC2', stat: 'p99' })] };
    const figures = { 'AWS/EC2 CPUUtilization p99': of(30, 99) };
    const reason = 'Threshold Crossed';
    const at = { observed: 98, cpuPercent: 98, observedAtMs: NOW - 10 * 60_000, periodSeconds: 600, reason };
    const { hot, verdict } = await chosen({ ...query, expressions: [], returned: [] }, figures, at);
    assert.deepEqual([hot, verdict?.doubt], [WEB_PEER, undefined]);
  });

  test('are what is used where the alarm looks at headroom', async () => {
    const idle = { ...SUM, metrics: [metric('cpu_usage_idle', { id: 'm1' })], expressions: [], returned: [] };
    const figures = { 'CWAgent cpu_usage_idle Average': of(80, 4) };
    const { hot, verdict } = await chosen({ ...idle, isHeadroom: true }, figures);
    assert.deepEqual([hot, verdict?.cpuPercent], [WEB_PEER, 96]);
  });

  test("are EC2's where an instance lacks the others, which is said", async () => {
    const some = {
      'CWAgent cpu_usage_user Average': new Map([[WEB_PEER, 99]]),
      'CWAgent cpu_usage_system Average': of(1, 1),
    };
    const partly = await chosen(SUM, some);
    assert.equal(partly.hot, CALM);
    assert.match(
      partly.reason,
      new RegExp(`CPU is AWS/EC2 CPUUtilization \\(Average\\) here: .* has no figure for ${CALM}\\.$`),
    );
    assert.match((await chosen(SUM, {})).reason, /has no figure for any of these instances\.$/);
    assert.match((await chosen(null, {})).reason, /here: the value of the alarm is no such percentage\.$/);
  });

  test("are EC2's alone where the alarm has just these: nothing else is asked for", async () => {
    const plain = { ...SUM, metrics: [metric('CPUUtilization', { id: 'm1', namespace: 'AWS/EC2' })] };
    const { hot, reason } = await chosen(plain, { 'AWS/EC2 CPUUtilization Average': of(0, 99) });
    assert.equal(hot, CALM);
    assert.doesNotMatch(reason, /CPU is /);
  });
});
