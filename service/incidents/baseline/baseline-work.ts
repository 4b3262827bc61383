/** Records a healthy member of each group that alarms, one at a time, when nobody needs the fleet for an alarm. */
import { chooseBaseline } from '../../fleet/choose-baseline.ts';
import type { GroupMember } from '../../fleet/member.ts';
import {
  ALARMED_WITHIN_MS,
  type BaselineGroup,
  baselinePlan,
  dueBaselines,
  MOST_GROUPS,
} from '../../rules/baseline.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import type { CaptureId } from '../../shared/ids.ts';
import type { Log } from '../../shared/log.ts';
import { onceFor } from '../../shared/once-for.ts';
import { randomId } from '../../shared/random-id.ts';
import { failureWords, toFailure } from '../failure.ts';
import type { Failure } from '../incident.ts';
import { Stopped, withDeadline } from '../lanes/deadline.ts';
import type { Work } from '../lanes/lane.ts';
import { LEASE_MS, leaseNames, underLease } from '../lanes/lease.ts';
import type { CommandsPort } from '../ports.ts';
import { CPU_LOOK_BACK_MS } from '../steps/choose-for.ts';
import type { IncidentStore } from '../store-port.ts';
import type { ClaimedBaseline, NewBaseline } from './baseline.ts';
import type { BaselineDeps, BaselinePlace } from './baseline-deps.ts';
import { type RecordingSteps, recordedAs, recordingSteps } from './recording-steps.ts';

interface Parts {
  readonly store: IncidentStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly owner: string;
}

/** Enough for the shape of a service that is well, and hardly noticed by it. */
const SECONDS = 10;
/** Between two looks for a group that is due. */
const LOOK_MS = 60_000;
/** A group of which no member is fit now, or of which AWS says nothing, is looked at again. */
const AGAIN_MS = 15 * 60_000;
const STEP_MS = 5 * 60_000;
/** A bug is tried again so often. */
const MAX_ATTEMPTS = 4;
const PAUSE_MS = 5_000;
const ALARM_LOOK_MS = 1_000;
/** Whatever goes wrong, one that has not ended by then is let go: its result expires on the instance. */
const LONGEST_MS = 45 * 60_000;

export function baselineWork(deps: BaselineDeps, parts: Parts): Work {
  const { store, clock, log } = parts;
  const stepsAt = onceFor(({ transfer }: BaselinePlace) => recordingSteps(store, deps, transfer));
  const look = lookForDue(deps, parts);
  const leaseName = leaseNames(`${parts.owner}-baseline`);
  return {
    name: 'baseline',
    workers: 1,
    async takeOne(signal) {
      const owner = leaseName();
      const nowMs = clock.now();
      const baseline = await store.claimBaseline(owner, nowMs, nowMs + LEASE_MS);
      if (baseline === undefined) return look.next(signal);
      const lease = {
        clock,
        renew: (untilMs: number) => store.renewBaseline(baseline.id, owner, untilMs),
        notRenewed: (error: unknown) => log.warn({ baselineId: baseline.id, err: error }, 'could not renew the lease'),
      };
      const place = deps.at(baseline);
      const claimed = { parts, steps: stepsAt(place), commands: place.transfer.commands, baseline, owner };
      return underLease(lease, () => work(claimed, signal));
    },
    async nextDueMs() {
      const now = clock.now();
      return Math.min((await store.nextBaselineMs(now)) ?? Number.POSITIVE_INFINITY, Math.max(look.dueMs(), now + 1));
    },
    // Nobody waits for it.
    backlog: async () => ({ due: 0, oldestDueMs: null }),
  };
}

interface Claimed {
  readonly parts: Parts;
  readonly steps: RecordingSteps;
  readonly commands: CommandsPort;
  readonly baseline: ClaimedBaseline;
  readonly owner: string;
}

/** One step of what is under way; false when what came of it could not be kept. */
async function work(claimed: Claimed, signal: AbortSignal): Promise<boolean> {
  const { parts, steps, baseline, owner } = claimed;
  const { store, clock } = parts;
  const given = whyLetGo(baseline, clock.now());
  if (given !== null) return letGo(claimed, given, signal);
  const step = baseline.commandId === null ? steps.dispatch : steps.collect;
  const limit = { clock, ms: STEP_MS, what: `A step of the baseline of ${baseline.group}` };
  try {
    const outcome = await withDeadline(limit, signal, (both) => step(recordedAs(baseline), both));
    const waitMs = outcome.kind === 'wait' ? waitOf(baseline, outcome.ms, clock.now()) : 0;
    if (await store.postponeBaseline(baseline.id, owner, baseline.attempts, clock.now() + waitMs)) return true;
    await tell(parts, baseline.id);
    return true;
  } catch (error) {
    if (error instanceof Stopped) return false;
    const attempts = baseline.attempts + 1;
    const isOver = attempts >= MAX_ATTEMPTS || (error instanceof AppError && error.retry === 'never');
    parts.log.warn({ baselineId: baseline.id, attempts, err: error }, 'a step of a baseline failed');
    if (isOver) return letGo(claimed, toFailure(error, baseline.id), signal);
    return store.postponeBaseline(baseline.id, owner, attempts, clock.now() + attempts * PAUSE_MS);
  }
}

/** While it is recorded an alarm is looked for all the time. */
function waitOf({ startAtMs, seconds }: ClaimedBaseline, ms: number, now: number): number {
  const isRecording = startAtMs !== null && now < startAtMs + seconds * 1000;
  return isRecording ? Math.min(ms, ALARM_LOOK_MS) : ms;
}

async function tell({ store, log }: Parts, id: CaptureId): Promise<void> {
  const ended = await store.baseline(id);
  if (ended === undefined || ended.outcome === 'pending') return;
  const facts = { baselineId: id, group: ended.group, instanceId: ended.instanceId };
  if (ended.failure === null) log.info(facts, 'a baseline was recorded');
  else log.warn({ ...facts, why: failureWords(ended.failure) }, 'no baseline could be recorded');
}

function whyLetGo({ group, makesWay, begunAtMs, outcome }: ClaimedBaseline, now: number): Failure | null {
  if (makesWay && outcome === 'pending')
    return { code: 'MADE_WAY', message: `An alarm came, so the recording of ${group} was let go.`, hint: null };
  if (now - begunAtMs < LONGEST_MS) return null;
  return { code: 'BASELINE_TOO_LONG', message: `The recording of ${group} did not come to an end.`, hint: null };
}

/** Its command ends by itself within two minutes; an alarm does not wait for that. */
async function letGo({ parts, commands, baseline }: Claimed, failure: Failure, signal: AbortSignal): Promise<boolean> {
  const { id, instanceId, commandId } = baseline;
  await parts.store.endBaseline(id, 'failed', failure);
  await tell(parts, id);
  if (instanceId === null || commandId === null) return true;
  commands.cancel(instanceId, commandId, signal).catch((error: unknown) => {
    parts.log.warn({ baselineId: id, err: error }, 'could not cancel the command; its timeout will end it');
  });
  return true;
}

/** Looks for a group that is due, and a member of it that is fit. */
function lookForDue(deps: BaselineDeps, { store, clock, log }: Parts) {
  const notBeforeMs = new Map<string, number>();
  let dueMs = clock.now();

  async function begin(one: BaselineGroup, signal: AbortSignal): Promise<boolean> {
    const { group } = one;
    const { fleet } = deps.at(one);
    const members = await fleet.members(group, signal);
    const ids = members.map(({ instanceId }) => instanceId);
    const now = clock.now();
    const cpu = await fleet.cpu(ids, now - CPU_LOOK_BACK_MS, now, signal);
    const choice = chooseBaseline({ members, cpu, minAgeMs: deps.minAgeMs, now });
    if (choice.member === null) {
      notBeforeMs.set(keyOf(one), now + AGAIN_MS);
      log.info({ group, why: choice.why }, 'no baseline is recorded now');
      return false;
    }
    const baseline = newBaseline(deps, one, choice, clock.now());
    const begun = await store.beginBaseline(baseline);
    if (begun) log.info({ baselineId: baseline.id, group, instanceId: baseline.instanceId }, 'records a baseline');
    return begun;
  }

  /** What can never be is the try of its day; what may be later is looked at again. */
  async function failed(one: BaselineGroup, error: unknown): Promise<void> {
    const { group } = one;
    notBeforeMs.set(keyOf(one), clock.now() + AGAIN_MS);
    log.warn({ group, err: error }, 'could not choose whom to record as a baseline');
    if (!(error instanceof AppError) || error.retry !== 'never') return;
    const none = { member: null, cpuPercent: null };
    const baseline = newBaseline(deps, one, none, clock.now());
    await store.beginBaseline({ ...baseline, failure: toFailure(error, baseline.id) });
  }

  return {
    dueMs: () => dueMs,
    async next(signal: AbortSignal): Promise<boolean> {
      const now = clock.now();
      if (now < dueMs) return false;
      dueMs = now + LOOK_MS;
      for (const [key, atMs] of notBeforeMs) if (atMs <= now) notBeforeMs.delete(key);
      const facts = await store.baselineFacts(now - ALARMED_WITHIN_MS, MOST_GROUPS);
      const due = dueBaselines(deps.limits(), facts, await store.mutes(now), now);
      const one = due.find((each) => !notBeforeMs.has(keyOf(each)));
      if (one === undefined) return false;
      try {
        return await begin(one, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        await failed(one, error);
        return false;
      }
    },
  };
}

function keyOf({ group, accountId, region }: BaselineGroup): string {
  return JSON.stringify([accountId, region, group]);
}

function newBaseline(
  deps: BaselineDeps,
  one: BaselineGroup,
  { member, cpuPercent }: { readonly member: GroupMember | null; readonly cpuPercent: number | null },
  nowMs: number,
): NewBaseline {
  const plan = baselinePlan(deps.limits(), one);
  return {
    id: randomId('cap-baseline') as CaptureId,
    group: one.group,
    accountId: one.accountId,
    region: one.region,
    instanceId: member?.instanceId ?? null,
    launchedBy: member?.launchedBy ?? null,
    cpuPercent,
    seconds: SECONDS,
    hz: plan?.settings.hz ?? deps.hz,
    ...(plan && { plan }),
    begunAtMs: nowMs,
    failure: null,
  };
}
