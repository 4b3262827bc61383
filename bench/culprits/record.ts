/** One scenario on the machine: healthy, faulty and a second healthy service at once, recorded at the same moment. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CaptureRequest, capture, type Recording } from './capture.ts';
import { type RawShares, recordRaw } from './naive.ts';
import type { Scenario } from './scenario.ts';
import { startService } from './service-process.ts';

export interface Recorded {
  readonly healthy: Recording;
  readonly hot: Recording;
  readonly twin: Recording | undefined;
  readonly rawHealthy: RawShares;
  readonly rawHot: RawShares;
}

/** Time for V8 to compile what is hot, and for the load to settle. */
const WARM_UP_MS = 4000;

export async function record(scenario: Scenario, request: CaptureRequest, twins: boolean): Promise<Recorded> {
  const healthy = startService(scenario.folder, false);
  const hot = startService(scenario.folder, true);
  const twin = twins ? startService(scenario.folder, false) : undefined;
  const services = [healthy, hot, ...(twin === undefined ? [] : [twin])];
  try {
    await sleep(WARM_UP_MS);
    const rawRecording = recordRaw(request);
    const captures = await Promise.allSettled([rawRecording, ...services.map((service) => capture(service, request))]);
    const failed = captures.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const [healthyRecording, hotRecording, twinRecording] = captures
      .slice(1)
      .map((one) => (one as PromiseFulfilledResult<Recording>).value) as [Recording, Recording, Recording | undefined];
    const raw = await rawRecording;
    try {
      const [rawHealthy, rawHot] = [await raw.read(healthy.pids()), await raw.read(hot.pids())];
      return { healthy: healthyRecording, hot: hotRecording, twin: twinRecording, rawHealthy, rawHot };
    } finally {
      raw.drop();
    }
  } finally {
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
  const { rawHealthy, rawHot } = recorded;
  writeFileSync(join(folder, 'raw.json'), JSON.stringify({ members, rawHealthy, rawHot }));
}

export function readKept(folder: string): Recorded {
  const raw = JSON.parse(readFileSync(join(folder, 'raw.json'), 'utf8')) as {
    members: Record<(typeof SIDES)[number], number[]>;
    rawHealthy: RawShares;
    rawHot: RawShares;
  };
  const read = (side: (typeof SIDES)[number]): Recording => ({
    bytes: readFileSync(join(folder, `${side}.capture.gz`)),
    members: raw.members[side],
  });
  const twin = existsSync(join(folder, 'twin.capture.gz')) ? read('twin') : undefined;
  const { rawHealthy, rawHot } = raw;
  return { healthy: read('healthy'), hot: read('hot'), twin, rawHealthy, rawHot };
}
