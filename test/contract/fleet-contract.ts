import assert from 'node:assert/strict';
import test from 'node:test';
import type { FleetPort } from '../../service/incidents/ports.ts';
import { AppError } from '../../service/shared/errors.ts';
import type { GroupName, InstanceId } from '../../service/shared/ids.ts';
import { refusesTheGone } from './interrupted.ts';

export interface FleetSetUp {
  readonly fleet: FleetPort;
  /** Three instances in service; the third one's agent is offline. Their CPU over the last period: 80 %, 10 %, 20 %. */
  readonly group: GroupName;
  readonly instances: readonly InstanceId[];
  /** It was terminated a minute ago. */
  readonly gone: InstanceId;
  /** It was detached two minutes ago, and runs on. */
  readonly detached: InstanceId;
  readonly nowMs: number;
}

const STRANGER = 'i-0ffffffffffffffff' as InstanceId;

/** What every `FleetPort` promises. */
export function fleetContract(name: string, setUp: () => Promise<FleetSetUp>): void {
  test(`${name}: the group of an instance is known, that of a stranger is not`, async () => {
    const { fleet, group, instances } = await setUp();
    assert.equal(await fleet.groupOf(instances[0] as InstanceId), group);
    assert.equal(await fleet.groupOf(STRANGER), undefined);
  });

  test(`${name}: the tags of an instance are known, a stranger has none`, async () => {
    const { fleet, instances } = await setUp();
    assert.equal((await fleet.tags(instances[0] as InstanceId)).Name, 'web-prod');
    assert.deepEqual(await fleet.tags(STRANGER), {});
  });

  test(`${name}: an instance that has left its group is known to have been of it`, async () => {
    const { fleet, group, gone, detached } = await setUp();
    assert.equal(await fleet.groupOf(gone), group);
    assert.equal(await fleet.groupOf(detached), group);
    const [one, ...more] = await fleet.outsiders(group, [detached, STRANGER]);
    assert.deepEqual(more, []);
    assert.deepEqual([one?.instanceId, one?.group, one?.lifecycle], [detached, group, 'Detached']);
    assert.ok(one?.instanceType);
  });

  test(`${name}: a host name leads to the instances that have it`, async () => {
    const { fleet, instances } = await setUp();
    const [first, second, third] = instances;
    for (const host of ['ip-10-0-0-1.ec2.internal', 'ip-10-0-0-1'])
      assert.deepEqual(await fleet.instancesOfHost(host), [{ instanceId: first, by: 'private DNS name' }]);
    assert.deepEqual(await fleet.instancesOfHost('ip-10-0-0-2.corp.example'), [
      { instanceId: second, by: 'private address' },
    ]);
    const named = await fleet.instancesOfHost('web-prod');
    assert.deepEqual(named.slice(0, 3), [
      { instanceId: first, by: 'Name tag' },
      { instanceId: second, by: 'Name tag' },
      { instanceId: third, by: 'Name tag' },
    ]);
    assert.deepEqual(await fleet.instancesOfHost('ip-10-9-9-9.ec2.internal'), []);
  });

  test(`${name}: the members of a group come with type, zone, age and the state of their agent`, async () => {
    const { fleet, group, instances, nowMs } = await setUp();
    const members = await fleet.members(group);
    assert.deepEqual(members.map((member) => member.instanceId).sort(), [...instances].sort());
    for (const member of members) {
      assert.equal(member.group, group);
      assert.equal(member.lifecycle, 'InService');
      assert.equal(member.healthy, true);
      assert.ok(member.instanceType);
      assert.equal(member.cpus, 2);
      assert.ok(member.zone);
      assert.ok((member.launchedAtMs ?? nowMs) < nowMs);
      assert.equal(member.online, member.instanceId !== instances[2]);
    }
  });

  test(`${name}: a group that does not exist is an error that names it`, async () => {
    const { fleet } = await setUp();
    await assert.rejects(
      fleet.members('nobody' as GroupName),
      (error: unknown) =>
        error instanceof AppError && error.code === 'GROUP_NOT_FOUND' && error.message.includes('nobody'),
    );
  });

  test(`${name}: CPU comes per instance, oldest first; an instance without data has none`, async () => {
    const { fleet, instances, nowMs } = await setUp();
    const cpu = await fleet.cpu([...instances, STRANGER], nowMs - 900_000, nowMs + 60_000);
    assert.deepEqual(
      instances.map((id) => Math.round(cpu.get(id)?.at(-1)?.percent ?? -1)),
      [80, 10, 20],
    );
    assert.deepEqual(cpu.get(STRANGER), []);
    for (const points of cpu.values()) {
      const times = points.map((point) => point.atMs);
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      );
    }
  });

  test(`${name}: any metric comes with any statistic, oldest first; one that there is not has no points`, async () => {
    const { fleet, instances, nowMs } = await setUp();
    const of = (name: string, stat: string) => ({
      ...{ namespace: 'AWS/EC2', name, stat },
      dimensions: [{ name: 'InstanceId', value: instances[0] ?? '' }],
    });
    const span = { fromMs: nowMs - 900_000, toMs: nowMs + 60_000, periodSeconds: 60 };
    const asked = [of('CPUUtilization', 'Maximum'), of('CPUUtilization', 'p99'), of('Nothing', 'Average')];
    const [highest = [], p99 = [], none] = await fleet.series(asked, span);
    assert.deepEqual([Math.round(highest.at(-1)?.percent ?? -1), Math.round(p99.at(-1)?.percent ?? -1)], [80, 80]);
    assert.ok((highest[0]?.atMs ?? 0) < (highest.at(-1)?.atMs ?? 0));
    assert.deepEqual(none, []);
  });

  test(`${name}: who has left a group is known, with the time`, async () => {
    const { fleet, group, gone, detached, nowMs } = await setUp();
    assert.deepEqual(await fleet.departures(group, nowMs - 90_000), [
      { instanceId: gone, atMs: nowMs - 60_000, how: 'terminated' },
    ]);
    assert.deepEqual((await fleet.departures(group, nowMs - 150_000)).at(-1), {
      instanceId: detached,
      atMs: nowMs - 120_000,
      how: 'detached',
    });
    assert.deepEqual(await fleet.departures(group, nowMs - 30_000), []);
  });

  test(`${name}: nothing is asked for somebody who has gone`, async () => {
    const { fleet, group, instances, nowMs } = await setUp();
    await refusesTheGone({
      instancesOfHost: (signal) => fleet.instancesOfHost('web-1', signal),
      outsiders: (signal) => fleet.outsiders(group, instances, signal),
      groupOf: (signal) => fleet.groupOf(instances[0] as InstanceId, signal),
      members: (signal) => fleet.members(group, signal),
      departures: (signal) => fleet.departures(group, nowMs, signal),
      series: (signal) => fleet.series([], { fromMs: 0, toMs: nowMs, periodSeconds: 60 }, signal),
      cpu: (signal) => fleet.cpu(instances, nowMs - 900_000, nowMs, signal),
    });
  });
}
