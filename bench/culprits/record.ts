/** One scenario on the machine: healthy, faulty and a second healthy service at once, recorded at the same moment. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V8Engine } from '../../service/capture/capture-script.ts';
import { type CaptureRequest, capture, type Recording } from './capture.ts';
import { type RawShares, recordRaw } from './naive.ts';
import type { Scenario } from './scenario.ts';
import { type RunningService, startService } from './service-process.ts';

export interface Recorded {
  readonly healthy: Recording;
  readonly hot: Recording;
  readonly twin: Recording | undefined;
  /** Null where perf's own names were not asked for. */
  readonly raw: { readonly healthy: RawShares; readonly hot: RawShares } | null;
  /**
   * Part of the recording during which some task of this machine waited for a CPU; null where the kernel does not tell.
   */
  readonly contention: number | null;
}

/**
 * Microseconds since the start of the machine in which some task waited for a CPU (the kernel's pressure stall
 * information).
 */
function waitedMicroseconds(): number | null {
  try {
    const total = /^some .*total=(\d+)/.exec(readFileSync('/proc/pressure/cpu', 'latin1'))?.[1];
    return total === undefined ? null : Number(total);
  } catch {
    return null;
  }
}

type Services = Readonly<Record<string, RunningService | undefined>>;

/** The services that ended by themselves, with what they wrote: the likely cause of whatever failed after it. */
function endedServices(services: Services): string {
  const byReason = new Map<string, string[]>();
  for (const [name, service] of Object.entries(services)) {
    const why = service?.ended();
    if (why !== undefined) byReason.set(why, [...(byReason.get(why) ?? []), name]);
  }
  return [...byReason].map(([why, names]) => `Service (${names.join(', ')}) ${why}`).join('\n');
}

function withServices(error: unknown, services: Services): Error {
  const message = error instanceof Error ? error.message : String(error);
  return new Error([message, endedServices(services)].join('\n').trimEnd(), { cause: error });
}

export interface RecordOptions {
  readonly request: CaptureRequest;
  /** Whether a second healthy service runs beside the two. */
  readonly twins: boolean;
  /** Whether V8's profiler visits the services as well, each in a network of its own. */
  readonly v8: V8Engine;
  /** Whether Node gets the flags that make perf name functions. */
  readonly flags: boolean;
  /** Whether perf's own names are recorded as well: of the whole machine, which takes long on a busy one. */
  readonly raw: boolean;
  /** Folder for what the look at code reads; undefined: it is not kept. */
  readonly keepCode: string | undefined;
}

/** The folder of one side. */
const codeOf = (folder: string, side: string): string => join(folder, `${side}.code`);

export async function record(scenario: Scenario, options: RecordOptions): Promise<Recorded> {
  const { request, twins, flags, v8 } = options;
  const start = (fault: boolean) => startService(scenario.folder, fault, { flags, ownNetwork: v8 !== 'off' });
  const healthy = start(false);
  const hot = start(true);
  const twin = twins ? start(false) : undefined;
  const named = { healthy, faulty: hot, 'second healthy': twin };
  const services = [healthy, hot, ...(twin === undefined ? [] : [twin])];
  let rawRecording: ReturnType<typeof recordRaw> | undefined;
  try {
    await sleep(request.warmUpSeconds * 1000);
    const [waited, startedAt] = [waitedMicroseconds(), performance.now()];
    rawRecording = options.raw ? recordRaw(request) : undefined;
    const captures = await Promise.allSettled([
      rawRecording,
      ...services.map((service, i) =>
        capture(service, request, v8, options.keepCode && codeOf(options.keepCode, SIDES[i] as string)),
      ),
    ]);
    const failed = captures.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const waitedAfter = waitedMicroseconds();
    const contention =
      waited === null || waitedAfter === null ? null : (waitedAfter - waited) / 1000 / (performance.now() - startedAt);
    const [healthyRecording, hotRecording, twinRecording] = captures
      .slice(1)
      .map((one) => (one as PromiseFulfilledResult<Recording>).value) as [Recording, Recording, Recording | undefined];
    const ended = endedServices(named);
    if (ended !== '') process.stderr.write(`${scenario.name}: recorded in part. ${ended}\n`);
    const rawRead = await rawRecording;
    const raw = rawRead && { healthy: await rawRead.read(healthy.pids()), hot: await rawRead.read(hot.pids()) };
    return { healthy: healthyRecording, hot: hotRecording, twin: twinRecording, raw: raw ?? null, contention };
  } catch (error) {
    throw withServices(error, named);
  } finally {
    await rawRecording?.then((raw) => raw.drop()).catch(() => undefined);
    await Promise.all(services.map((service) => service.stop()));
  }
}

const SIDES = ['healthy', 'hot', 'twin'] as const;

export function keep(folder: string, recorded: Recorded): void {
  mkdirSync(folder, { recursive: true });
  for (const side of SIDES) {
    const recording = recorded[side];
    if (recording !== undefined) writeFileSync(join(folder, `${side}.capture.gz`), recording.bytes);
  }
  const members = Object.fromEntries(SIDES.map((side) => [side, recorded[side]?.members ?? []]));
  const reaped = Object.fromEntries(SIDES.map((side) => [side, recorded[side]?.reapedCores ?? 0]));
  const shares = { rawHealthy: recorded.raw?.healthy, rawHot: recorded.raw?.hot };
  writeFileSync(
    join(folder, 'raw.json'),
    JSON.stringify({ members, reaped, ...shares, contention: recorded.contention }),
  );
}

export function readKept(folder: string): Recorded {
  const raw = JSON.parse(readFileSync(join(folder, 'raw.json'), 'utf8')) as {
    members: Record<(typeof SIDES)[number], number[]>;
    reaped?: Record<(typeof SIDES)[number], number>;
    rawHealthy?: RawShares;
    rawHot?: RawShares;
    contention?: number | null;
  };
  const read = (side: (typeof SIDES)[number]): Recording => ({
    bytes: readFileSync(join(folder, `${side}.capture.gz`)),
    members: raw.members[side],
    reapedCores: raw.reaped?.[side] ?? 0,
    code: codeOf(folder, side),
  });
  const twin = existsSync(join(folder, 'twin.capture.gz')) ? read('twin') : undefined;
  const { rawHealthy, rawHot, contention = null } = raw;
  const shares = rawHealthy && rawHot ? { healthy: rawHealthy, hot: rawHot } : null;
  return { healthy: read('healthy'), hot: read('hot'), twin, raw: shares, contention };
}
