/** A composite alarm over several groups: each gets an incident of its own, tied to that of the hottest one. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Alarm } from '../../service/alarms/alarm.ts';
import type { RawAlarm } from '../../service/alarms/shapes/raw-alarm.ts';
import { createQueries } from '../../service/incidents/queries.ts';
import { secondAlarm } from '../../service/incidents/second/second.ts';
import type { Limits } from '../../service/rules/decide.ts';
import { rule } from '../../service/rules/ruling.ts';
import type { GroupName, IncidentId, InstanceId } from '../../service/shared/ids.ts';
import { randomId } from '../../service/shared/random-id.ts';
import { cpuAlarm, HOT, PEER } from '../support/accept-alarm.ts';
import { child, saw } from '../support/child-alarm.ts';
import { answer, NOW, type Ports, runnerOf, setUp, tickOnce } from '../support/engine-world.ts';
import { Dead, Executioner } from '../support/executioner.ts';
import { FakeFleet, member } from '../support/fakes/fake-fleet.ts';
import { limits } from '../support/limits.ts';

const MINUTE = 60_000;
const LIMITS = limits({ allClear: true });
const [WEB, API] = ['web-prod', 'api'] as [GroupName, GroupName];
const [API_HOT, API_PEER] = ['i-0cccccccccccccccc', 'i-0dddddddddddddddd'] as [InstanceId, InstanceId];
const ARN = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm';

const of = (name: string, dimensions: Readonly<Record<string, string>>, changes: Partial<RawAlarm> = {}) =>
  child(name, dimensions, { arn: `${ARN}:${name}`, changedAt: new Date(NOW - 5000).toISOString(), ...changes });
const onWeb = of('web CPU', { AutoScalingGroupName: WEB });
const onApi = of('api CPU', { AutoScalingGroupName: API }, { reason: saw(90) });

const COMPOSITE = {
  ...{ key: `${ARN}:fleet busy`, arn: `${ARN}:fleet busy`, name: 'fleet busy', isCpu: false, cpuWhenAlarm: null },
  ...{ metric: null, threshold: null, comparison: null, observed: null, periodSeconds: null },
  composite: { rule: 'ALARM(a) OR ALARM(b)', childrenArns: [] },
  targets: { instanceIds: [], groups: [], hosts: [] },
} satisfies Partial<Alarm>;
const OWN_API = {
  ...{ key: `${ARN}:api CPU`, arn: `${ARN}:api CPU`, name: 'api CPU', changedAtMs: NOW - 5000 },
  targets: { instanceIds: [], groups: [API], hosts: [], wholeGroups: [API] },
} satisfies Partial<Alarm>;

interface Options {
  readonly children?: readonly RawAlarm[];
  readonly ports?: Partial<Ports>;
  readonly limits?: Limits;
}

function world({ children = [onWeb, onApi], ports = {}, limits: held = LIMITS }: Options = {}) {
  const all = [HOT, PEER, API_HOT, API_PEER];
  const set = setUp({
    reachable: all,
    execute: (script, id) => answer(script, id === API_HOT ? HOT : id === API_PEER ? PEER : id),
  });
  const members = [member(HOT, WEB), member(PEER, WEB), member(API_HOT, API), member(API_PEER, API)];
  const figures = [80, 20, 70, 20].map((percent, at) => [all[at] ?? HOT, percent] as const);
  const fleet = new FakeFleet(members, new Map(figures));
  const alarmTargets = { childrenOf: async () => children, stateOf: async () => null };
  const used: Ports = { ...set.ports, fleet, alarmTargets, limits: () => held, ...ports };
  return { ...set, ports: used, runner: runnerOf(used) };
}

type World = ReturnType<typeof world>;

/** A message of an alarm. */
function tell({ store, clock }: World, changes: Partial<Alarm>, held: Limits = LIMITS) {
  const alarm = cpuAlarm(NOW, changes);
  const receivedAtMs = clock.now();
  const ids = { messageId: randomId('msg'), incidentId: randomId('inc') as IncidentId };
  const entry = { ...ids, receivedAtMs, topicArn: 'arn:aws:sns:us-east-1:123456789012:cpu', body: '{}', alarm };
  return store.accept(entry, (facts) => rule({ limits: held }, facts, alarm, receivedAtMs));
}

function alarmed(set: World): IncidentId {
  const { outcome, incidentId } = tell(set, COMPOSITE);
  assert.equal(outcome, 'accepted');
  assert.ok(incidentId !== null);
  return incidentId;
}

const over = { state: 'OK', previousState: 'ALARM', changedAtMs: NOW + 14 * MINUTE } as const;

/** Until nobody has anything to do. */
async function pass({ clock, runner }: Pick<World, 'clock' | 'runner'>, turns = 400): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await tickOnce(clock, runner);
}

const listed = ({ store }: World) => store.list({ limit: 50 }).rows;
const only = <T>(list: readonly T[]): T => {
  assert.equal(list.length, 1);
  return list[0] as T;
};

async function both(options: Options = {}) {
  const set = world(options);
  const id = alarmed(set);
  await pass(set);
  const tied = only(set.store.ties(id).others);
  assert.ok(tied.incidentId !== null);
  return { set, id, tied, tiedId: tied.incidentId };
}

test('each group gets its own incident, with a recording and a report of its own', async () => {
  const { set, id, tied, tiedId } = await both();
  assert.deepEqual([tied.alarmName, tied.scope, tied.outcome], ['api CPU', 'group api', 'accepted']);
  const { store } = set;
  assert.deepEqual(
    [id, tiedId].map((one) => store.row(one)).map((row) => [row?.state, row?.group, row?.hotInstance]),
    [
      ['notified', WEB, HOT],
      ['notified', API, API_HOT],
    ],
  );
  assert.equal(listed(set).length, 2);
  const log = store.notifications({ limit: 10 }).rows.find((row) => row.incidentId === tiedId);
  assert.deepEqual([log?.outcome, log?.messageId], ['accepted', `${id}/0`]);
  assert.match(log?.reason ?? '', /"api CPU" went to ALARM in group api\. It was found under .* alarm "fleet busy"\.$/);
  assert.doesNotMatch(store.incident(id)?.members[0]?.reason ?? '', /not captured/);
});

test('mails, pages and texts of both name the other one, with a link', async () => {
  const { set, id, tied, tiedId } = await both();
  const mailOf = (one: string) => only(set.mail.messages.filter(({ messageId }) => messageId.startsWith(one)));
  const page = (one: string) => `https://smokejumper.example.com/incidents/${one}`;
  for (const body of [mailOf(id).text, mailOf(id).html]) {
    assert.match(body, /also burning under this alarm/i);
    assert.match(body, /group api, alarm (?:"|&quot;)api CPU(?:"|&quot;)/);
    assert.ok(body.includes(page(tiedId)));
  }
  for (const body of [mailOf(tiedId).text, mailOf(tiedId).html]) {
    assert.match(body, /Under the composite alarm (?:"|&quot;)fleet busy(?:"|&quot;), with/);
    assert.match(body, /the incident of web-prod/);
    assert.ok(body.includes(page(id)));
  }
  const queries = createQueries(set.ports.store, { source: false, files: set.files, now: () => set.clock.now() });
  assert.deepEqual((await queries.view(id))?.ties, {
    under: null,
    others: [
      { ...{ alarmName: 'api CPU', scope: 'group api', incidentId: tiedId }, headline: tied.headline, why: null },
    ],
  });
  assert.ok(tied.headline !== null);
  assert.deepEqual((await queries.view(tiedId))?.ties, {
    under: { alarmName: 'fleet busy', incidentId: id, where: WEB },
    others: [],
  });
});

test('the OK of the composite alarm ends both, and each that got a report gets its all-clear', async () => {
  const { set, id, tiedId } = await both();
  assert.equal(tell(set, { ...COMPOSITE, ...over }).outcome, 'closed');
  await pass(set, 20);
  for (const one of [id, tiedId]) assert.ok(set.store.incident(one)?.closedAtMs !== null);
  const [log] = set.store.notifications({ limit: 1, incidentId: tiedId }).rows;
  assert.equal(log?.outcome, 'closed');
  assert.match(
    log?.reason ?? '',
    /^The composite alarm "fleet busy" is OK again, 14 min 5 s after "api CPU" went to ALARM/,
  );
  const clears = set.mail.messages.filter(({ subject }) => subject.startsWith('Over after'));
  assert.equal(clears.length, 2);
  const ofTied = only(clears.filter(({ messageId }) => messageId.startsWith(tiedId)));
  assert.match(
    ofTied.text,
    /^The composite alarm "fleet busy" is OK again, 14 min 5 s after api CPU went to ALARM under it\./,
  );
  assert.equal(tell(set, { ...OWN_API, ...over, changedAtMs: over.changedAtMs + MINUTE }).outcome, 'ignored');
});

test('the OK of a child ends its own incident alone', async () => {
  const { set, id, tiedId } = await both();
  assert.equal(tell(set, { ...OWN_API, ...over }).incidentId, tiedId);
  assert.ok(set.store.incident(tiedId)?.closedAtMs !== null);
  assert.equal(set.store.incident(id)?.closedAtMs, null);
  tell(set, { ...COMPOSITE, ...over, changedAtMs: over.changedAtMs + MINUTE });
  await pass(set, 20);
  assert.equal(set.mail.messages.filter(({ subject }) => subject.startsWith('Over after')).length, 2);
});

test('where the all-clear of a group is not wanted, its incident is closed and the log says why', async () => {
  const { set, tiedId } = await both();
  const mute = { group: API, untilMs: NOW + 120 * MINUTE, by: 'ops', reason: null, atMs: set.clock.now() };
  set.store.mute(mute);
  tell(set, { ...COMPOSITE, ...over });
  await pass(set, 20);
  assert.equal(set.mail.messages.filter(({ subject }) => subject.startsWith('Over after')).length, 1);
  const [log] = set.store.notifications({ limit: 1, incidentId: tiedId }).rows;
  assert.match(log?.reason ?? '', /under it\. No all-clear is sent: The group "api" is muted until/);
});

test('what was opened under a composite alarm ends with it also where its own incident was replaced', async () => {
  const { set, id, tiedId } = await both();
  set.clock.advance(2 * 60 * MINUTE);
  const another = { key: 'another', name: 'another', changedAtMs: set.clock.now() };
  assert.equal(tell(set, another, { ...LIMITS, cooldownMs: 0 }).outcome, 'accepted');
  assert.ok(set.store.incident(id)?.closedAtMs !== null);
  const ok = tell(set, { ...COMPOSITE, ...over, changedAtMs: set.clock.now() });
  assert.equal(ok.outcome, 'ignored');
  assert.ok(set.store.incident(tiedId)?.closedAtMs !== null);
});

test("a child's own message that came before has its incident, which does not end with the composite", async () => {
  const set = world();
  const own = tell(set, OWN_API);
  const id = alarmed(set);
  await pass(set);
  const tied = only(set.store.ties(id).others);
  assert.deepEqual([tied.outcome, tied.incidentId], ['duplicate', own.incidentId]);
  assert.equal(listed(set).length, 2);
  tell(set, { ...COMPOSITE, ...over });
  assert.equal(set.store.incident(own.incidentId as IncidentId)?.closedAtMs, null);
  assert.equal(set.store.ties(own.incidentId as IncidentId).under, null);
});

test('another alarm of the group that came before has the incident that the child joins', async () => {
  const set = world();
  const own = tell(set, { ...OWN_API, key: 'other', name: 'other' });
  const id = alarmed(set);
  await pass(set);
  const tied = only(set.store.ties(id).others);
  assert.deepEqual([tied.outcome, tied.incidentId], ['attached', own.incidentId]);
});

test("a child's own message after the composite alarm opens nothing more", async () => {
  const { set, tiedId } = await both();
  assert.equal(tell(set, OWN_API).outcome, 'duplicate');
  const later = tell(set, { ...OWN_API, changedAtMs: NOW - 4000 });
  assert.deepEqual([later.outcome, later.incidentId], ['attached', tiedId]);
  assert.equal(listed(set).length, 2);
});

test('mute, cooldown, caps and the rules hold for each group; the reason is told', async () => {
  const refused = async (prepare: (set: World) => void, changes: Partial<Limits> = {}) => {
    const set = world({ limits: { ...LIMITS, ...changes } });
    prepare(set);
    const id = alarmed(set);
    await pass(set);
    const { outcome, reason, incidentId } = only(set.store.ties(id).others);
    const opened = incidentId === null ? null : set.store.ties(incidentId).under;
    assert.equal(opened?.incidentId, outcome === 'throttled' ? id : undefined);
    const mail = only(set.mail.messages.filter(({ messageId }) => messageId.startsWith(id)));
    assert.match(mail.text, /- group api, alarm "api CPU": not captured: /);
    assert.ok(mail.text.includes(reason.slice(0, 40)), mail.text);
    assert.equal(set.commands.sent.filter(({ script }) => script.includes("main 'run'")).length, 2);
    return `${outcome}: ${reason}`;
  };
  const muted = await refused((set) =>
    set.store.mute({ group: API, untilMs: NOW + 60 * MINUTE, by: 'ops', reason: null, atMs: NOW }),
  );
  assert.match(muted, /^ignored: .*"api" is muted until/);
  const before = { ...OWN_API, key: 'before', changedAtMs: NOW - 2 * MINUTE };
  const cooling = await refused((set) => {
    const id = tell(set, before).incidentId as IncidentId;
    tell(set, { ...before, state: 'OK', changedAtMs: NOW - MINUTE });
    assert.ok(set.store.incident(id)?.closedAtMs !== null);
    const claim = { states: ['accepted'], caps: { atOnce: 9, perGroup: 9, perAccount: 9 }, owner: 'x' } as const;
    set.store.claim({ ...claim, nowMs: NOW, leaseUntilMs: NOW + 1 });
    const to = { from: 'accepted', to: 'failed', atMs: NOW, detail: 'x' } as const;
    assert.ok(
      set.store.advance({ id, owner: 'x', ...to, changes: { failure: { code: 'X', message: 'x', hint: null } } }),
    );
  });
  assert.match(cooling, /^throttled: The last capture of group api was .* ago; the cooldown is 15 min/);
  const full = await refused(() => undefined, { maxOverall: { max: 1, windowMs: 86_400_000 } });
  assert.match(full, /^throttled: 1 captures in all/);
  const excluded = await refused(() => undefined, { exclude: ['api *'] });
  assert.match(excluded, /^ignored: "api CPU" matches "api \*" of the excluded alarms/);
});

test('who includes the composite alarm by name includes what burns under it, however long it does', async () => {
  const old = of(
    'api CPU',
    { AutoScalingGroupName: API },
    { changedAt: new Date(NOW - 9 * 60 * MINUTE).toISOString() },
  );
  const { set } = await both({
    children: [onWeb, { ...old, reason: saw(90) }],
    limits: { ...LIMITS, include: ['fleet *'] },
  });
  assert.equal(listed(set).length, 2);
});

test('of very many groups twenty more are followed, and the others are named', async () => {
  const names = Array.from({ length: 25 }, (_, at) => `group-${String(at).padStart(2, '0')}` as GroupName);
  const instance = (at: number) => `i-0${String(at).padStart(16, '0')}` as InstanceId;
  const fleet = new FakeFleet(
    names.map((name, at) => member(instance(at), name)),
    new Map(names.map((_, at) => [instance(at), 99 - at])),
  );
  const children = names.map((name, at) => of(`CPU ${name}`, { AutoScalingGroupName: name }, { reason: saw(99 - at) }));
  const set = world({ children, ports: { fleet } });
  const id = alarmed(set);
  await tickOnce(set.clock, set.runner);
  assert.equal(set.store.incident(id)?.group, 'group-00');
  assert.deepEqual(
    set.store.ties(id).others.map(({ scope, outcome }) => `${outcome} ${scope}`),
    names.slice(1, 21).map((name) => `accepted group ${name}`),
  );
  assert.equal(listed(set).length, 21);
  assert.match(
    set.store.incident(id)?.members[0]?.reason ?? '',
    /not captured, as 20 other groups are: "CPU group-21" \(78 %\) of the group group-21; .*of the group group-24\.$/,
  );
});

test('where nobody works on what it opens, the others are only named', async () => {
  const set = world();
  const { limits: _, ...ports } = set.ports;
  const runner = runnerOf(ports);
  const id = alarmed(set);
  await tickOnce(set.clock, runner);
  assert.equal(listed(set).length, 1);
  assert.match(
    set.store.incident(id)?.members[0]?.reason ?? '',
    /not captured here: "api CPU" \(90 %\) of the group api\.$/,
  );
});

test('an alarm that is over when the groups are known opens nothing, and keeps no child from doing so', async () => {
  const set = world();
  const id = alarmed(set);
  const childrenOf = async () => {
    tell(set, { ...COMPOSITE, ...over });
    return [onWeb, onApi];
  };
  const runner = runnerOf({ ...set.ports, alarmTargets: { childrenOf, stateOf: async () => null } });
  await tickOnce(set.clock, runner);
  const tied = only(set.store.ties(id).others);
  assert.deepEqual([tied.outcome, tied.incidentId], ['ignored', null]);
  assert.match(tied.reason, /^The incident of "fleet busy" was over/);
  assert.equal(tell(set, OWN_API).outcome, 'accepted');
});

test('a second recording of either opens no more', async () => {
  const { set, id, tiedId } = await both();
  const [incident, tied] = [id, tiedId].map((one) => set.store.incident(one) ?? assert.fail());
  for (const [at, one] of [incident, tied].entries()) {
    assert.ok(one?.hotInstance);
    const due = { ...one, hotInstance: one.hotInstance, reportedAtMs: set.clock.now() };
    const alarm = secondAlarm(due, set.clock.now());
    assert.ok(set.store.openSecond(one.id, `inc-second-${at}` as IncidentId, alarm, 'on', set.clock.now()));
  }
  await pass(set);
  assert.equal(listed(set).length, 2);
  for (const second of ['inc-second-0', 'inc-second-1'] as IncidentId[]) {
    assert.equal(set.store.incident(second)?.state, 'notified');
    assert.deepEqual(set.store.ties(second), { under: null, others: [] });
  }
});

test('neither is compared with an instance whose own alarm is in ALARM', async () => {
  const { set, tiedId } = await both({
    children: [onWeb, onApi, of('peer CPU', { InstanceId: API_PEER }, { reason: saw(85) })],
  });
  const peer = set.store.incident(tiedId)?.members.find(({ instanceId }) => instanceId === API_PEER);
  assert.deepEqual([peer?.role, peer?.reason], ['not chosen', 'Also hot: an alarm that names it is in ALARM.']);
});

/** null when it did not come to the call. */
async function dieAndGoOn(at: number, when: 'before' | 'after'): Promise<string | null> {
  const set = world();
  const id = alarmed(set);
  const executioner = new Executioner(at, when);
  const { store, fleet, alarmTargets } = set.ports;
  const doomed = runnerOf({
    ...set.ports,
    store: executioner.guard('store', store),
    fleet: executioner.guard('fleet', fleet),
    alarmTargets: executioner.guard('alarmTargets', alarmTargets),
  });
  const isChosen = () => set.store.incident(id)?.state !== 'accepted';
  for (let step = 0; step < 20 && executioner.diedAt === null && !isChosen(); step++) {
    await tickOnce(set.clock, doomed, executioner.alive).catch((error: unknown) =>
      assert.ok(error instanceof Dead, String(error)),
    );
  }
  if (executioner.diedAt === null) return null;
  set.store.releaseLeases('test');
  await pass(set);
  const where = `${at}: ${executioner.diedAt}`;
  const tied = only(set.store.ties(id).others);
  assert.equal(tied.outcome, 'accepted', where);
  assert.deepEqual(
    listed(set).map(({ state }) => state),
    ['notified', 'notified'],
    where,
  );
  const log = set.store.notifications({ limit: 50 }).rows.map(({ outcome }) => outcome);
  assert.deepEqual(log, ['accepted', 'accepted'], where);
  const runs = set.commands.sent.filter((command) => command.script.includes("main 'run'"));
  assert.equal(runs.length, 4, where);
  return executioner.diedAt;
}

for (const when of ['before', 'after'] as const) {
  test(`a process that dies ${when} any call of the choice opens each incident once`, async () => {
    const deaths: string[] = [];
    for (let at = 1; at < 100; at++) {
      const death = await dieAndGoOn(at, when);
      if (death === null) break;
      deaths.push(death);
    }
    for (const call of ['store.claim', 'alarmTargets.childrenOf', 'fleet.members', 'store.advance'])
      assert.ok(
        deaths.some((death) => death.includes(call)),
        `${call}: ${deaths.join(', ')}`,
      );
  });
}
