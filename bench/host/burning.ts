/** A host on fire: busy loops that want every CPU several times over. */
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type Belongings, withBelongings } from './belongings.ts';
import { HttpService, SERVICE_SCRIPT } from './http-service.ts';
import { type OwnCapture, secondAfter, startCapture } from './own-capture.ts';
import { table } from './table.ts';

const HZ = 99;
/** What the service takes by default from the order to the common start. */
const LEAD_MS = 8000;
const LOAD = { kind: 'steady', amount: 20 } as const;
/** Until the load average knows of the loops, and V8 has compiled the service. */
const WARM_UP_MS = 10_000;

/**
 * Where the kernel groups processes by session (sched_autogroup), the loops of one session would get no more time
 * together than the capture alone, and those of ours would share with it: each has its own.
 */
function startLoops(belongings: Belongings, count: number): void {
  for (let i = 0; i < count; i++) {
    belongings.spawn(['sh', '-c', 'while :; do :; done'], { stdio: 'ignore', detached: true });
  }
}

const signed = (ms: number) => `${ms < 0 ? '−' : '+'}${Math.abs(ms / 1000).toFixed(2)}`;
const ok = (value: boolean) => (value ? '✔' : '✖');

function row(round: number, seconds: number, startAtMs: number, own: OwnCapture): (string | number)[] {
  const lateMs = own.fromMs - startAtMs;
  const recorded = (own.toMs - own.fromMs) / 1000;
  const result = (own.endedMs - own.toMs) / 1000;
  const expected = availableParallelism() * HZ * seconds;
  return [
    round,
    `${signed(lateMs)} ${ok(Math.abs(lateMs) <= 500)}`,
    signed(own.saidFromMs - startAtMs),
    `${recorded.toFixed(2)} ${ok(Math.abs(recorded - seconds) <= seconds / 10)}`,
    `${((own.recorded / expected) * 100).toFixed(0)} %`,
    `${result.toFixed(1)} ${ok(result <= 15)}`,
    own.watch.cpu.between(own.toMs, own.endedMs).toFixed(2),
    own.warnings.join(' ') || '-',
  ];
}

export async function burning(seconds: number, rounds: number, loops: number): Promise<void> {
  await withBelongings(async (belongings) => {
    await HttpService.start(belongings, LOAD);
    startLoops(belongings, loops);
    await pause(WARM_UP_MS);
    const rows: (string | number)[][] = [];
    for (let round = 1; round <= rounds; round++) {
      console.error(`burning, round ${round} of ${rounds} …`);
      await withBelongings(async (own) => {
        const startAtMs = secondAfter(LEAD_MS);
        const capture = startCapture(own, { seconds, hz: HZ, startAtMs, match: SERVICE_SCRIPT });
        try {
          rows.push(row(round, seconds, startAtMs, await capture));
        } catch (error) {
          rows.push([round, '✖', '', '✖', '', '✖', '', (error as Error).message.replaceAll('|', '/')]);
        }
      });
    }
    const heads = ['round', 'start, s from the plan', 'as the capture says', 'recorded, s', 'samples of expected'];
    const cpus = availableParallelism();
    const title = `A host on fire: ${loops} busy loops on ${cpus} CPU${cpus === 1 ? '' : 's'}, ${seconds} s wanted`;
    table(title, [...heads, 'then to the result, s', 'CPU s', 'warnings'], rows);
  });
}
