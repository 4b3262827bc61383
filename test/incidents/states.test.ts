import assert from 'node:assert/strict';
import test from 'node:test';
import { canTransition, FINAL_STATES, isFinal, STATES, WAY } from '../../service/incidents/incident.ts';

test('an incident is over when no step leads on from its state', () => {
  assert.deepEqual(FINAL_STATES, ['notified', 'throttled', 'lapsed']);
  assert.equal(isFinal('notified'), true);
  assert.equal(isFinal('reported'), false);
});

test('an incident that goes well passes each state of work once and ends with somebody notified', () => {
  assert.deepEqual(WAY, ['accepted', 'targeted', 'dispatched', 'collected', 'analyzed', 'reported', 'notified']);
});

test('whatever fails still ends in a report', () => {
  const canFail = STATES.filter((state) => canTransition(state, 'failed'));
  assert.deepEqual(canFail, ['accepted', 'targeted', 'dispatched', 'collected', 'analyzed']);
  assert.equal(canTransition('failed', 'reported'), true);
  assert.equal(canTransition('notified', 'failed'), false);
});
