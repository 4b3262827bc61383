import assert from 'node:assert/strict';
import test from 'node:test';
import type { Incident } from '../../../service/incidents/incident.ts';
import type { StepOutcome } from '../../../service/incidents/step.ts';
import { unmutedStep } from '../../../service/incidents/steps/unmuted.ts';
import type { GroupName } from '../../../service/shared/ids.ts';
import { acceptAlarm, cpuAlarm, HOT } from '../../support/accept-alarm.ts';
import { ManualClock } from '../../support/fakes/manual-clock.ts';
import { limits } from '../../support/limits.ts';
import { openTestStore } from '../../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const TARGETED: StepOutcome = {
  kind: 'advance',
  to: 'targeted',
  detail: 'as targeted',
  changes: { group: 'web-prod' as GroupName, hotInstance: HOT },
};

async function outcomeOf(groups: readonly string[], mutedGroup: string, targeted = TARGETED): Promise<StepOutcome> {
  const store = openTestStore();
  const targets = { instanceIds: [HOT], groups: groups as GroupName[], hosts: [] };
  const id = acceptAlarm(store, { nowMs: NOW, alarm: cpuAlarm(NOW, { targets }) });
  store.mute({ group: mutedGroup, untilMs: NOW + 1000, by: 'ann', atMs: NOW, reason: null });
  const deps = { store: { mutes: async (now: number) => store.mutes(now) }, clock: new ManualClock(NOW) };
  const step = unmutedStep(deps, async () => targeted);
  return step(store.incident(id) as Incident, new AbortController().signal);
}

test('an alarm of an instance whose group turns out to be muted is passed over, with the reason', async () => {
  assert.deepEqual(await outcomeOf([], 'web-prod'), {
    ...{ kind: 'advance', to: 'lapsed' },
    detail: 'The group "web-prod" is muted until 2026-11-23 03:00:01 UTC by "ann".',
    changes: { group: 'web-prod' },
  });
});

test('an alarm that names its group was decided on before; other groups are not touched', async () => {
  assert.equal(await outcomeOf(['web-prod'], 'web-prod'), TARGETED);
  assert.equal(await outcomeOf([], 'api'), TARGETED);
});

test('other groups under the same composite alarm are decided on all the same', async () => {
  const tied = { alarms: [], limits: limits() };
  const targeted: StepOutcome = { ...TARGETED, changes: { group: 'web-prod' as GroupName, hotInstance: HOT, tied } };
  const outcome = await outcomeOf([], 'web-prod', targeted);
  assert.deepEqual(outcome.kind === 'advance' && outcome.changes, { group: 'web-prod', tied });
});
