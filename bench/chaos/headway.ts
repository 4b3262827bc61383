/** Whether the service gets on at all between two kills: one that stands still passes every other look at it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { progress } from './ledger.ts';

export interface HeadwayOptions {
  readonly dataDir: string;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** Between two looks; as often it is said how far it is. */
  readonly lookMs?: number;
  /** Of no step at all, while there is work to do. */
  readonly stillMs?: number;
}

const LOOK_MS = 30_000;
/** The longest back-off of a step is a minute, and a start on a full disk may take half of one. */
const STILL_MS = 300_000;

/** Ends with the signal; or in words, when nothing moved for too long though there was work. */
export async function watchHeadway(options: HeadwayOptions): Promise<string | null> {
  const { dataDir, signal, say, lookMs = LOOK_MS, stillMs = STILL_MS } = options;
  let last = { steps: -1, atMs: performance.now() };
  while (!signal.aborted) {
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
    const { steps, unsettled } = look(dataDir) ?? { steps: last.steps, unsettled: 0 };
    const now = performance.now();
    const isStill = steps === last.steps && unsettled > 0;
    if (!isStill) last = { steps, atMs: now };
    say(`so far ${steps} steps; ${unsettled} still to do`);
    if (isStill && now - last.atMs >= stillMs) {
      return `no step was done for ${Math.round((now - last.atMs) / 60_000)} min, with ${unsettled} still to do`;
    }
  }
  return null;
}

/** Undefined where it cannot be read just now: faults lock it. */
function look(dataDir: string): ReturnType<typeof progress> | undefined {
  try {
    return progress(dataDir);
  } catch {
    return undefined;
  }
}
