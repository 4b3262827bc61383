/** Visits the workers of several services of one Node version again and again, and counts what goes wrong. */
import { setTimeout as pause } from 'node:timers/promises';
import { Group, type LoadReport, type Worker } from './group.ts';
import { alive, inspectorOpen } from './processes.ts';
import { recover, type Victim, visit } from './visit.ts';

export interface Tally {
  visits: number;
  profiled: number;
  readonly killed: Record<Victim, number>;
  /** Not profiled, by reason; without those that were killed. */
  readonly refused: Record<string, number>;
  readonly crashes: string[];
  /** Ports that stayed open, whatever was done. */
  leftOpen: number;
  /** Ports that stayed open after everybody had been killed at once, until the next run. */
  leftOpenByBoth: number;
  leaked: number;
  readonly startPauses: number[];
  readonly stopPauses: number[];
  readonly openMs: number[];
  readonly loads: LoadReport[];
}

export interface Plan {
  readonly node: string;
  readonly groups: number;
  readonly over: () => boolean;
}

/** One visit of four is killed; a visit takes some two seconds. */
const KILLED_SHARE = 0.25;
const KILL_WITHIN_MS = 2500;
/** What is left must be gone by then: 3 s of silence, 6 s for which a profile is kept here, and a busy machine. */
const CLEAN_WITHIN_MS = 40_000;
/** After this the next run is asked to close what was left by one that was killed as a whole. */
const ALONE_MS = 20_000;
/** Between two visits, so that there is a calm time to compare with. */
const CALM_MS = 300;

const VICTIMS: readonly Victim[] = ['visitor', 'visitor', 'shell', 'shell', 'both'];

export function newTally(): Tally {
  return {
    visits: 0,
    profiled: 0,
    killed: { visitor: 0, shell: 0, both: 0 },
    refused: {},
    crashes: [],
    leftOpen: 0,
    leftOpenByBoth: 0,
    leaked: 0,
    startPauses: [],
    stopPauses: [],
    openMs: [],
    loads: [],
  };
}

/** Waits until nothing of the visit is left in the worker. */
async function cleaned(group: Group, worker: Worker, withinMs: number): Promise<'clean' | 'open' | 'leaked' | 'gone'> {
  let last: 'open' | 'leaked' | 'gone' = 'gone';
  for (const until = Date.now() + withinMs; Date.now() < until; await pause(100)) {
    if (!alive(worker.pid)) return 'gone';
    const open = inspectorOpen(worker.pid);
    const state = open ? undefined : await group.state(worker.port);
    if (state?.left === 0 && state.sessions === 0 && !state.open) return 'clean';
    last = open ? 'open' : 'leaked';
  }
  return last;
}

async function visitOnce(group: Group, worker: Worker, tally: Tally): Promise<void> {
  const victim = Math.random() < KILLED_SHARE ? VICTIMS[Math.floor(Math.random() * VICTIMS.length)] : undefined;
  tally.visits++;
  group.visiting(worker.port);
  const fact = await visit(worker.pid, victim && { victim, afterMs: Math.random() * KILL_WITHIN_MS });
  group.visiting(0);
  if (victim !== undefined) tally.killed[victim]++;
  if (fact?.status === 'profiled') tally.profiled++;
  else if (victim === undefined) {
    const reason = [fact?.reason ?? 'NO_FACT', fact?.detail ?? ''].join(' ').trim();
    tally.refused[reason] = (tally.refused[reason] ?? 0) + 1;
  }
  if (fact?.startPauseMs !== undefined) tally.startPauses.push(fact.startPauseMs);
  if (fact?.stopPauseMs !== undefined) tally.stopPauses.push(fact.stopPauseMs);
  if (victim === undefined && fact?.status === 'profiled')
    tally.openMs.push(fact.startOpenMs ?? 0, fact.stopOpenMs ?? 0);
  let after = await cleaned(group, worker, victim === 'both' ? ALONE_MS : CLEAN_WITHIN_MS);
  if (after === 'open' && victim === 'both') {
    tally.leftOpenByBoth++;
    await recover(worker.pid);
    after = await cleaned(group, worker, CLEAN_WITHIN_MS);
  }
  if (after === 'leaked') tally.leaked++;
  if (after === 'open') tally.leftOpen++;
}

async function visitGroup(plan: Plan, tally: Tally): Promise<void> {
  const group = new Group(plan.node);
  try {
    await group.start();
    await pause(3000);
    for (let i = 0; !plan.over(); i++) {
      const workers = [...group.workers.values()];
      const worker = workers[i % Math.max(1, workers.length)];
      if (worker !== undefined) await visitOnce(group, worker, tally);
      await pause(CALM_MS);
    }
    tally.loads.push(await group.report());
  } catch (error) {
    tally.crashes.push(String(error));
  } finally {
    tally.crashes.push(...group.ended.map(({ how }) => how));
    await group.stop();
  }
}

/** Adds to the tally. */
export async function measure(plan: Plan, tally: Tally): Promise<void> {
  await Promise.all(Array.from({ length: plan.groups }, () => visitGroup(plan, tally)));
}
