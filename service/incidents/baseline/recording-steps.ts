/** The steps by which an incident is recorded, over a baseline: the same script, document and transfer. */
import type { IncidentId } from '../../shared/ids.ts';
import type { TransferDeps } from '../capture-transfer.ts';
import type { Capture } from '../incident.ts';
import type { RecordingStep } from '../step.ts';
import { collectStep } from '../steps/collect.ts';
import { CommandTraffic } from '../steps/command-traffic.ts';
import { type DispatchDeps, dispatchStep } from '../steps/dispatch.ts';
import type { IncidentStore } from '../store-port.ts';
import type { Baseline } from './baseline.ts';
import type { RecordingDeps } from './baseline-deps.ts';
import type { BaselineStore } from './baseline-store.ts';

export interface RecordingSteps {
  readonly dispatch: RecordingStep;
  readonly collect: RecordingStep;
}

/** The id of a baseline stands where that of an incident does. */
export function recordedAs(baseline: Baseline): Parameters<RecordingStep>[0] {
  const { id, plan, attempts, begunAtMs } = baseline;
  return { id: id as string as IncidentId, attempts, openedAtMs: begunAtMs, ...(plan && { plan }) };
}

/** It touches nothing: neither is V8's profiler asked nor perf installed, unless the rules file says so. */
export function recordingSteps(
  baselines: BaselineStore,
  { leadSeconds, maxV8Processes }: RecordingDeps,
  transfer: TransferDeps,
): RecordingSteps {
  const { commands, clock, log } = transfer;
  const store = recordingStore(baselines);
  // Of its own: who has to send the commands of an incident does not wait for it.
  const traffic = new CommandTraffic(clock);
  const v8 = { engine: 'off', maxProcesses: maxV8Processes } as const;
  return {
    dispatch: dispatchStep({ store, commands, traffic, clock, log, leadSeconds, v8 }),
    collect: collectStep({ ...transfer, store, traffic }),
  };
}

function recordingStore(store: BaselineStore): DispatchDeps['store'] & Pick<IncidentStore, 'putFile'> {
  const idOf = (id: IncidentId) => id as string as Baseline['id'];
  return {
    async captures(id) {
      const baseline = await store.baseline(idOf(id));
      return baseline === undefined ? [] : captureOf(baseline);
    },
    async events(id) {
      const baseline = await store.baseline(idOf(id));
      return baseline === undefined ? [] : [{ atMs: baseline.begunAtMs, state: 'targeted', detail: '' }];
    },
    scheduleCaptures: (id, startAtMs) => store.noteBaseline(idOf(id), { startAtMs }),
    setCommand: (id, commandId) => store.noteBaseline(id, { commandId }),
    finishCapture: (id, outcome, failure) => store.endBaseline(id, outcome, failure),
    putFile: (id, _name, _contentType, content) => store.putBaseline(idOf(id), content),
  };
}

function captureOf({ instanceId, ...baseline }: Baseline): Capture[] {
  if (instanceId === null) return [];
  const { id, seconds, hz, startAtMs, commandId, outcome, failure } = baseline;
  const incidentId = id as string as IncidentId;
  return [{ id, incidentId, instanceId, role: 'peer', seconds, hz, startAtMs, commandId, outcome, failure }];
}
