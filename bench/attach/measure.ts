/** Visits the workers of several services of one Node version again and again, and counts what goes wrong. */
import { setTimeout as pause } from 'node:timers/promises';
import { Group, type GroupOptions, type Worker } from './group.ts';
import { alive, inspectorOpen } from './processes.ts';
import type { Tally } from './tally.ts';
import { type Fact, recover, type Victim, visit } from './visit.ts';

export interface Plan {
  readonly node: string;
  readonly groups: number;
  readonly overloaded: boolean;
  readonly over: () => boolean;
  /** Coverage instead of a profile. */
  readonly confirm: boolean;
}

/** One visit of four is killed; a visit takes some two seconds. */
const KILLED_SHARE = 0.25;
const KILL_WITHIN_MS = 2500;
/** What is left must be gone by then: 3 s of silence, 3 s for which a profile is kept here, and a busy machine. */
const CLEAN_WITHIN_MS = 40_000;
/** After this the next run is asked to close what was left by one that was killed as a whole. */
const ALONE_MS = 20_000;
/** Between two visits, so that there is a calm time to compare with. */
const CALM_MS = 200;
const SETTLE_MS = 2000;
const VICTIMS: readonly Victim[] = ['visitor', 'visitor', 'shell', 'shell', 'both'];
/** What the workers of the groups keep on their heaps: the pause at the start grows with it. */
const MEGABYTES: readonly number[] = [3, 10, 3, 30, 3, 3, 60, 3];
/** Calls a second for each worker, each of some 2 ms, by group: some are busy, and many visits need many groups. */
const RATES: readonly number[] = [20, 5, 5, 5];
/** All of a group on the first processor, and more calls than it can answer even if nothing else runs. */
const OVERLOAD_RATE = 300;
const FIRST_PROCESSOR: readonly string[] = ['taskset', '-c', '0'];
/** A machine on which services end of themselves is not one to measure on. */
const ATTEMPTS = 5;

/** Waits until nothing of the visit is left in the worker. */
async function cleaned(group: Group, worker: Worker, withinMs: number): Promise<'clean' | 'open' | 'leaked' | 'gone'> {
  let last: 'open' | 'leaked' | 'gone' = 'gone';
  for (const until = Date.now() + withinMs; Date.now() < until; await pause(100)) {
    if (!alive(worker.pid)) return 'gone';
    const open = inspectorOpen(worker.pid);
    const state = open ? undefined : await group.state(worker.port);
    if (state?.left === 0 && state.sessions === 0 && !state.open && !state.covered) return 'clean';
    last = open ? 'open' : 'leaked';
  }
  return last;
}

function count(tally: Tally, options: GroupOptions, fact: Fact | undefined, victim: Victim | undefined): void {
  const overloaded = options.within.length > 0;
  tally.visits++;
  if (overloaded) tally.overloaded++;
  if (victim !== undefined) tally.killed[victim]++;
  if (fact?.status === 'profiled') {
    tally.profiled++;
    const { startPauseMs: startMs = 0, stopPauseMs: stopMs = 0, startOpenMs = 0, stopOpenMs = 0 } = fact;
    if (victim !== undefined) return;
    const { megabytes } = options;
    tally.pauses.push({ megabytes, overloaded, startMs, stopMs, openMs: [startOpenMs, stopOpenMs] });
  } else if (victim === undefined) {
    const reason = [fact?.reason ?? 'NO_FACT', fact?.detail ?? ''].join(' ').trim();
    tally.refused[reason] = (tally.refused[reason] ?? 0) + 1;
  }
}

/** A visit whose worker is gone afterwards does not count: that is a crash, or the doing of somebody else. */
async function visitOnce(
  group: Group,
  options: GroupOptions,
  worker: Worker,
  tally: Tally,
  confirm: boolean,
): Promise<void> {
  const victim = Math.random() < KILLED_SHARE ? VICTIMS[Math.floor(Math.random() * VICTIMS.length)] : undefined;
  const death = victim && { victim, afterMs: Math.random() * KILL_WITHIN_MS };
  const { within } = options;
  group.visiting(worker.port);
  const seen = await visit(worker.pid, death === undefined ? { within, confirm } : { death, within, confirm });
  group.visiting(0);
  let after = await cleaned(group, worker, victim === 'both' ? ALONE_MS : CLEAN_WITHIN_MS);
  if (after === 'open' && victim === 'both') {
    tally.leftOpenByBoth++;
    await recover(worker.pid);
    after = await cleaned(group, worker, CLEAN_WITHIN_MS);
  }
  // Coverage is taken off when nobody looks; the service knows how long it took.
  const undoneMs = confirm && after === 'clean' ? (await group.state(worker.port))?.undoneMs : undefined;
  const fact = seen === undefined || undoneMs === undefined ? seen : { ...seen, stopPauseMs: undoneMs };
  if (after !== 'gone') count(tally, options, fact, victim);
  if (after === 'leaked') tally.leaked++;
  if (after === 'open') tally.leftOpen++;
  if (after !== 'clean') {
    process.stderr.write(`${after}: ${JSON.stringify({ node: options.node, worker, death, fact })}\n`);
  }
}

async function visitGroup(options: GroupOptions, { over, confirm }: Plan, tally: Tally): Promise<void> {
  const group = new Group(options);
  try {
    await group.start();
    await pause(SETTLE_MS);
    for (let i = 0; !over(); i++) {
      const workers = [...group.workers.values()];
      const worker = workers[i % Math.max(1, workers.length)];
      if (worker !== undefined) await visitOnce(group, options, worker, tally, confirm);
      await pause(CALM_MS);
    }
    tally.loads.push({ overloaded: options.within.length > 0, report: await group.report() });
  } catch (error) {
    // Explained by how its processes have ended; if it is not, it is a fault.
    if (group.deaths.length === 0) tally.crashes.push(String(error));
  } finally {
    tally.openings += group.openings;
    for (const { kind, how } of group.deaths) (kind === 'outside' ? tally.outside : tally.crashes).push(how);
    await group.stop();
  }
}

/** Adds to the tally. */
export async function measure(plan: Plan, tally: Tally): Promise<void> {
  const { node, groups, overloaded, over } = plan;
  const within = overloaded ? FIRST_PROCESSOR : [];
  const work = async (index: number) => {
    const rate = overloaded ? OVERLOAD_RATE : (RATES[index % RATES.length] as number);
    const options = { node, rate, within, megabytes: MEGABYTES[index % MEGABYTES.length] as number };
    for (let attempt = 0; attempt < ATTEMPTS && !over(); attempt++) await visitGroup(options, plan, tally);
  };
  await Promise.all(Array.from({ length: groups }, (_, index) => work(index)));
}
