import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FireControl } from '../../../sandbox/demo/fire-control.ts';
import { FIRES } from '../../../sandbox/demo/fires.ts';
import type { RunningFleet } from '../../../sandbox/fleet/fleet.ts';

const [HTML, JSON_FIRE] = FIRES;
const NEVER = new AbortController().signal;

/** Notes what is asked of it. */
function fleetWith(asked: string[]): RunningFleet {
  const note = (word: string) => async (instanceId: string, kind: unknown) => {
    asked.push(`${word} ${instanceId}${typeof kind === 'string' ? ` ${kind}` : ''}`);
  };
  const instances = ['i-a', 'i-b'].map((id) => ({ id }));
  const parts = { startOverload: note('start'), stopOverload: note('stop'), configure: note('set') };
  return { instances, ...parts, setOffline: note('offline') } as unknown as RunningFleet;
}

function setUp(states: readonly string[]) {
  const asked: string[] = [];
  const said: string[] = [];
  const left = [...states];
  const alarmState = async () => left.shift() ?? 'OK';
  const control = new FireControl({ fleet: fleetWith(asked), say: (text) => said.push(text), alarmState });
  return { asked, said, control };
}

describe('the fire control', () => {
  it('burns one instance after the other, one fire at a time', async () => {
    const { asked, control } = setUp([]);
    await control.ignite(HTML, NEVER);
    assert.deepEqual(control.burning, { fire: HTML, instanceId: 'i-b' });
    await control.move(NEVER);
    assert.deepEqual(asked, ['start i-b', 'stop i-b', 'start i-a']);
  });

  it('waits for the end of an alarm, which tells nothing new while it is on', async () => {
    const { asked, said, control } = setUp(['OK', 'ALARM', 'ALARM', 'OK']);
    await control.ignite(HTML, NEVER);
    await control.ignite(JSON_FIRE as (typeof FIRES)[0], NEVER);
    assert.deepEqual(asked, ['start i-b', 'stop i-b', 'set i-a contacts']);
    assert.ok(said.some((line) => line.includes('waits until the alarm is over')));
    assert.equal(control.busy, null);
  });

  it('takes what it is asked for in turn, also when both ask at once', async () => {
    const { asked, control } = setUp([]);
    await Promise.all([control.ignite(HTML, NEVER), control.extinguish()]);
    assert.deepEqual(asked, ['start i-b', 'stop i-b']);
    assert.equal(control.burning, null);
  });

  it('goes on after a fire that could not be lit', async () => {
    const { asked, control } = setUp([]);
    const wet = { ...HTML, start: () => Promise.reject(new Error('it is raining')) };
    await assert.rejects(control.ignite(wet, NEVER), /raining/);
    await control.ignite(HTML, NEVER);
    assert.deepEqual(asked, ['start i-a']);
  });

  it('takes the peers off the line for a fire without peers, and gives them back', async () => {
    const { asked, control } = setUp([]);
    const offline = FIRES.find(({ id }) => id === 'offline') ?? assert.fail();
    await control.ignite(offline, NEVER);
    await control.extinguish();
    assert.deepEqual(asked, ['offline i-a', 'start i-b', 'offline i-a', 'stop i-b']);
  });

  it('has a key and a name of its own for each fire', () => {
    assert.equal(new Set(FIRES.map(({ key }) => key)).size, FIRES.length);
    assert.equal(new Set(FIRES.map(({ id }) => id)).size, FIRES.length);
    for (const { key } of FIRES) assert.match(key, /^[1-9]$/);
  });
});
