/** While SSM throttles, each call counts: none is made for nothing, and commands go before looks. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { CommandTraffic } from '../../service/incidents/steps/command-traffic.ts';
import { OutageError, ThrottledError } from '../../service/shared/errors.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { acceptAlarm, PEER } from '../support/accept-alarm.ts';
import { NOW, runToEnd, setUp } from '../support/engine-world.ts';
import { ManualClock } from '../support/fakes/manual-clock.ts';

const [ONE, OTHER] = ['inc-1', 'inc-2'] as [IncidentId, IncidentId];

/** The engine, with its calls of SSM for recordings noted; the first sending to the peer fails so. */
function counting(failure?: Error) {
  const world = setUp();
  const { send, find, result } = world.commands;
  const calls = { sent: 0, found: 0, looks: [] as number[] };
  let failing = failure;
  world.commands.send = async (request, signal) => {
    if (request.call.action !== 'run') return send.call(world.commands, request, signal);
    calls.sent++;
    if (failing === undefined || request.instanceId !== PEER) return send.call(world.commands, request, signal);
    const error = failing;
    failing = undefined;
    throw error;
  };
  world.commands.find = (...args) => {
    // Of recordings: source text is asked for with a label of its own.
    if (!args[1].includes(':')) calls.found++;
    return find.apply(world.commands, args);
  };
  world.commands.result = (...args) => {
    calls.looks.push(world.clock.now());
    return result.apply(world.commands, args);
  };
  return { world, calls };
}

test('a recording costs two calls of sending, and no look before its end', async () => {
  const { world, calls } = counting();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  const [hot] = world.store.captures(id);
  assert.deepEqual([calls.sent, calls.found], [2, 0]);
  const recordedAtMs = (hot?.startAtMs ?? 0) + (hot?.seconds ?? 0) * 1000;
  assert.ok(Math.min(...calls.looks) >= recordedAtMs, 'nothing can be there before');
});

test('a command that was throttled is sent again without a question: it was not sent', async () => {
  const { world, calls } = counting(new ThrottledError('SSM_SEND_FAILED', 'AWS throttles SendCommand.'));
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.deepEqual([calls.sent, calls.found], [3, 0]);
  assert.deepEqual(
    world.store.captures(id).map(({ outcome }) => outcome),
    ['collected', 'collected'],
  );
});

test('of a command that was never answered, SSM is asked before it is sent again', async () => {
  const { world, calls } = counting(new OutageError('SSM_SEND_FAILED', 'SendCommand did not answer.'));
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  assert.deepEqual([calls.sent, calls.found], [3, 1]);
});

test('while SSM is well, all send and look as they like', () => {
  const traffic = new CommandTraffic(new ManualClock(NOW));
  assert.deepEqual([traffic.mayBegin(ONE), traffic.mayBegin(OTHER), traffic.mayLook()], [true, true, true]);
});

test('while SSM throttles, one incident after the other sends, and looks wait until all have', () => {
  const clock = new ManualClock(NOW);
  const traffic = new CommandTraffic(clock);
  traffic.outage();
  assert.deepEqual([traffic.mayBegin(ONE), traffic.mayBegin(OTHER), traffic.mayLook()], [true, false, false]);
  traffic.end(ONE, true);
  assert.equal(traffic.mayLook(), false, 'the other one has not had its turn');
  assert.equal(traffic.mayBegin(OTHER), true);
  traffic.end(OTHER, false);
  assert.equal(traffic.mayLook(), false, 'it has something left to be sent');
  clock.advance(20_000);
  assert.equal(traffic.mayLook(), true, 'who has not asked for so long was given up');
});

test('half a minute after the last refusal all is as before', () => {
  const clock = new ManualClock(NOW);
  const traffic = new CommandTraffic(clock);
  traffic.outage();
  assert.deepEqual([traffic.mayBegin(ONE), traffic.mayBegin(OTHER)], [true, false]);
  clock.advance(30_000);
  assert.deepEqual([traffic.mayBegin(OTHER), traffic.mayLook()], [true, true]);
});

test('somebody who sets the clock back does not make it busy for longer', () => {
  const clock = new ManualClock(NOW);
  const traffic = new CommandTraffic(clock);
  traffic.outage();
  assert.equal(traffic.mayBegin(ONE), true);
  clock.set(-3_600_000);
  clock.advance(30_000);
  assert.deepEqual([traffic.isBusy(), traffic.mayLook()], [false, true]);
});
