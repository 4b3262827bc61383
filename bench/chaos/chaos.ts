/** Alarms, faults and kills by a seeded schedule; then all is mended, and what came of it is checked. */
import { setTimeout as sleep } from 'node:timers/promises';
import { check, type Verdict } from './check.ts';
import { chooseFault } from './faults.ts';
import { watchHeadway } from './headway.ts';
import { unsettled } from './ledger.ts';
import { type Random, seeded } from './random.ts';
import { startWorld, type World } from './world.ts';

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: number;
  /** Ends the storm as soon as so many kills were dealt; by default the minutes do. */
  readonly kills?: number;
  /** Between two kills, seconds. */
  readonly killSeconds: readonly [number, number];
  /** Between two alarms, milliseconds. */
  readonly alarmMs: readonly [number, number];
  /** Null: none of its own, so it is never full. */
  readonly diskMb: number | null;
  readonly say: (text: string) => void;
}

export interface ChaosResult extends Verdict {
  readonly kills: number;
  /** By kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly settledSeconds: number;
  readonly log: readonly string[];
}

const GROUPS = 40;
const FAULT_REST_S = [1, 6] as const;
const FAULT_S = [1, 8] as const;
const BURN_S = [10, 60] as const;
/** One message of twenty comes twice. */
const REPEATED = 0.05;
/** Longer than the longest back-off of a fault that lasted seconds, with the leases of whoever was killed. */
const SETTLE_MS = 600_000;
const LOOK_MS = 500;

export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const world = await startWorld({
    groups: GROUPS,
    diskMb: options.diskMb,
    environment: { CACHE_MB: '16', MAX_QUEUE_SECONDS: '600' },
  });
  try {
    await world.start();
    return await storm(world, options);
  } finally {
    await world.close();
  }
}

async function storm(world: World, options: ChaosOptions): Promise<ChaosResult> {
  const { minutes, seed, say } = options;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), minutes * 60_000);
  const faults: Record<string, number> = {};
  let kills = 0;
  // Streams of their own: how fast one of them goes does not change the others.
  const alarms = sendAlarms(world, seeded(seed), options.alarmMs, over.signal);
  const faulty = breakThings(world, seeded(seed + 1), over.signal, options.diskMb !== null, ({ kind, name }) => {
    faults[kind] = (faults[kind] ?? 0) + 1;
    say(`fault  ${name}`);
  });
  const killing = killAgain(world, seeded(seed + 2), options.killSeconds, over.signal, () => {
    say(`kill   ${++kills}`);
    if (options.kills !== undefined && kills >= options.kills) over.abort();
  });
  const headway = watchHeadway({ dataDir: world.dataDir, signal: over.signal, say }).finally(() => over.abort());
  await Promise.all([faulty, killing]);
  clearTimeout(timer);
  const stood = await headway;
  say('over   everything works again');
  await alarms;
  const startedAt = performance.now();
  await settled(world);
  const settledSeconds = (performance.now() - startedAt) / 1000;
  const log = world.log();
  const code = await world.stop();
  const verdict = check(world);
  const wrong = [...verdict.wrong, ...(stood === null ? [] : [stood])];
  if (code !== 0) wrong.push(`the service ended with ${code} on SIGTERM`);
  return { ...verdict, wrong, kills, faults, settledSeconds, log };
}

async function sendAlarms(
  { publisher, fleet }: World,
  random: Random,
  [least, most]: ChaosOptions['alarmMs'],
  signal: AbortSignal,
): Promise<void> {
  const sending = new Set<Promise<unknown>>();
  const burning = new Set<string>();
  const send = (work: Promise<unknown>) => void sending.add(work);
  const rest = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
  const burn = async (group: string, seconds: number, isRepeated: boolean) => {
    const alarm = await publisher.publish(group, 'ALARM');
    if (isRepeated) await publisher.repeat(alarm);
    await rest(seconds * 1000);
    await publisher.publish(group, 'OK');
    burning.delete(group);
  };
  while (!signal.aborted) {
    await rest(random.between(least, most));
    const group = random.oneOf(fleet.groups);
    const [seconds, isRepeated] = [random.between(...BURN_S), random.between(0, 1) < REPEATED];
    if (signal.aborted || burning.has(group)) continue;
    burning.add(group);
    send(burn(group, seconds, isRepeated));
  }
  await Promise.all(sending);
}

async function breakThings(
  world: World,
  random: Random,
  signal: AbortSignal,
  ownDisk: boolean,
  told: (fault: { readonly kind: string; readonly name: string }) => void,
): Promise<void> {
  const rest = (seconds: number) => sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
  while (!signal.aborted) {
    await rest(random.between(...FAULT_REST_S));
    if (signal.aborted) return;
    const fault = chooseFault(world, random, ownDisk);
    const seconds = random.between(...FAULT_S);
    told(fault);
    // To begin may take time, too: a lock is waited for.
    const beginning = Promise.resolve(fault.begin());
    await rest(seconds);
    await fault.end();
    await beginning;
  }
}

async function killAgain(
  world: World,
  random: Random,
  [least, most]: ChaosOptions['killSeconds'],
  signal: AbortSignal,
  told: () => void,
): Promise<void> {
  while (!signal.aborted) {
    const ms = random.between(least, most) * 1000;
    await sleep(ms, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await world.kill();
    told();
    await world.start();
  }
}

async function settled({ dataDir }: World): Promise<void> {
  const until = performance.now() + SETTLE_MS;
  // What was not settled is said by `check`.
  while (performance.now() < until && unsettled(dataDir) > 0) await sleep(LOOK_MS);
}
