/** A fleet of one, which has burnt once and is well now, and a service that records baselines of it. */
import assert from 'node:assert/strict';
import type { BaselineDeps, BaselinePlace } from '../../service/incidents/baseline/baseline-deps.ts';
import { baselineWork } from '../../service/incidents/baseline/baseline-work.ts';
import type { Runner } from '../../service/incidents/lanes/runner.ts';
import type { Limits } from '../../service/rules/decide.ts';
import { rule } from '../../service/rules/ruling.ts';
import type { GroupName, IncidentId, InstanceId } from '../../service/shared/ids.ts';
import { type Log, silentLog } from '../../service/shared/log.ts';
import { randomId } from '../../service/shared/random-id.ts';
import { acceptAlarm, cpuAlarm, HOT, PEER } from './accept-alarm.ts';
import { answer, type Ports, runnerOf, setUp, tickOnce, type WorldOptions } from './engine-world.ts';
import { FakeFleet, member } from './fakes/fake-fleet.ts';
import { sha256 } from './inline-analysis.ts';
import { limits } from './limits.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const GROUP = 'web-prod' as GroupName;
export type World = ReturnType<typeof setUp>;

export interface Wishes {
  readonly limits?: Limits;
  readonly percent?: number;
  readonly launchedBy?: string;
  readonly fleet?: BaselinePlace['fleet'];
  readonly log?: Log;
  readonly ports?: Partial<Ports>;
}

/** What a baseline brings back is that of a healthy instance. */
export function aloneWorld(options: WorldOptions = {}): World {
  return setUp({
    members: [HOT],
    execute: (script, id) => answer(script, script.includes("'cap-baseline-") ? PEER : (id as InstanceId)),
    ...options,
  });
}

/** A runner that records baselines. */
export function recording(world: World, wishes: Wishes = {}): Runner {
  const ports: Ports = { ...world.ports, log: wishes.log ?? silentLog, ...wishes.ports };
  return runnerOf({ ...ports, baseline: baselineDeps(world, wishes) });
}

/** The work on baselines alone. */
export function baselineLane(world: World, wishes: Wishes = {}): Pick<Runner, 'tick'> {
  const { store, clock } = { ...world.ports, ...wishes.ports };
  const parts = { store, clock, log: silentLog, owner: 'test' };
  return { tick: baselineWork(baselineDeps(world, wishes), parts).takeOne };
}

function baselineDeps(world: World, wishes: Wishes): BaselineDeps {
  const { percent = 20, launchedBy = 'launch template web v7', log = silentLog } = wishes;
  const ports: Ports = { ...world.ports, log, ...wishes.ports };
  const fleet = new FakeFleet([member(HOT, GROUP, { launchedBy })], new Map([[HOT, percent]]));
  const transfer = { commands: ports.commands, uploads: null, clock: ports.clock, log, sha256 };
  const place = { fleet: wishes.fleet ?? fleet, transfer };
  return {
    ...{ limits: () => wishes.limits ?? limits(), hz: 99, minAgeMs: 0, leadSeconds: 5, maxV8Processes: 4 },
    at: () => place,
  };
}

export async function pass(world: World, runner: Pick<Runner, 'tick'>, turns = 60): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await tickOnce(world.clock, runner);
}

/** The alarm that is on is OK again. */
function sayOk(world: World): void {
  const changedAtMs = world.clock.now();
  const alarm = cpuAlarm(changedAtMs, { state: 'OK', previousState: 'ALARM', changedAtMs });
  const ids = { messageId: randomId('msg'), incidentId: randomId('inc') as IncidentId };
  const entry = { ...ids, receivedAtMs: changedAtMs, topicArn: 'arn:topic', body: '{}', alarm };
  const { outcome } = world.store.accept(entry, (facts) => rule({ limits: limits() }, facts, alarm, changedAtMs));
  assert.equal(outcome, 'closed');
}

/** An incident that ended without a capture. */
function burn({ store, clock }: World): void {
  const nowMs = clock.now();
  const id = acceptAlarm(store, { nowMs });
  const caps = { atOnce: 1, perGroup: 1, perAccount: 1 };
  for (const [from, to] of [
    ['accepted', 'failed'],
    ['failed', 'reported'],
    ['reported', 'notified'],
  ] as const) {
    const owner = `burn-${from}`;
    assert.equal(store.claim({ states: [from], caps, owner, nowMs, leaseUntilMs: nowMs + 1 })?.id, id);
    assert.ok(store.advance({ id, owner, from, to, atMs: nowMs, detail: '' }));
  }
}

/** The group has burnt, and it is quiet since: its first baseline is due. */
export function quietWorld(options: WorldOptions = {}): World {
  const world = aloneWorld(options);
  burn(world);
  sayOk(world);
  world.clock.advance(2 * HOUR);
  return world;
}
