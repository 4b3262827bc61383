/**
 * Three months of history for the demo: the incidents under recorded/, which earlier runs of it have recorded, copied
 * and dated anew. They are labelled, and the description of their alarm says so.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const HISTORY = join(import.meta.dirname, 'recorded');
export const SEEDED = 'seeded';
const DAY_MS = 86_400_000;
/** It takes some 2 s; on a machine that burns, the demo starts without a history rather than late. */
const LIMIT_MS = 120_000;

/**
 * Days before today, and the time of day in UTC. An address book, thrice in one week; a newsletter now and then, and
 * every few days since a release four weeks ago; rules at any time; a job that gzips logs, at night.
 */
const HAPPENED: Readonly<Record<string, readonly (readonly [daysAgo: number, time: string])[]>> = {
  html: [
    ...([
      [88, '09:14'],
      [74, '16:41'],
      [61, '03:12'],
      [52, '10:57'],
      [28, '11:23'],
      [27, '02:48'],
      [25, '14:05'],
    ] as const),
    ...([
      [23, '09:31'],
      [21, '17:52'],
      [18, '03:26'],
      [16, '13:09'],
      [13, '10:44'],
      [10, '08:17'],
      [8, '15:38'],
    ] as const),
    ...([
      [5, '11:02'],
      [3, '04:19'],
      [1, '09:46'],
    ] as const),
  ],
  json: [
    ...([
      [83, '08:33'],
      [46, '09:08'],
      [44, '13:27'],
      [41, '08:55'],
      [33, '15:16'],
      [19, '09:21'],
      [12, '10:12'],
    ] as const),
    ...([
      [6, '08:49'],
      [2, '13:53'],
    ] as const),
  ],
  regex: [
    [79, '12:36'],
    [57, '18:04'],
    [38, '11:41'],
    [15, '16:22'],
  ],
  gzip: [
    [85, '02:07'],
    [78, '02:05'],
    [64, '02:09'],
    [50, '02:06'],
    [36, '02:08'],
    [29, '02:07'],
    [22, '02:05'],
    [9, '02:06'],
  ],
};

interface Seed {
  readonly folder: string;
  readonly at: string;
}

/** The oldest first. */
export function seedPlan(nowMs: number, history = HISTORY): readonly Seed[] {
  return Object.entries(HAPPENED)
    .map(([fire, times]) => ({ folder: join(history, fire), times }))
    .filter(({ folder }) => existsSync(folder))
    .flatMap(({ folder, times }) => times.map(([daysAgo, time]) => ({ folder, at: momentOf(nowMs, daysAgo, time) })))
    .sort((one, other) => (one.at < other.at ? -1 : 1));
}

function momentOf(nowMs: number, daysAgo: number, time: string): string {
  return `${new Date(nowMs - daysAgo * DAY_MS).toISOString().slice(0, 10)}T${time}Z`;
}

/** Fills a data folder; how many incidents it has then. Throws when that fails or takes too long. */
export function seedHistory(dataDir: string, signal?: AbortSignal): Promise<number> {
  const seeds = seedPlan(Date.now());
  const at = seeds.map((seed) => seed.at).join(',');
  const folders = seeds.map(({ folder }) => folder);
  const args = ['incidents', 'import', ...folders, '--at', at, '--new-ids', '--label', SEEDED, '--as', 'demo'];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'service/cli/main.ts'), ...args], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataDir },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: LIMIT_MS,
      ...(signal && { signal }),
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(seeds.length);
      else
        reject(new Error(`the history could not be made: ${said.trim() || `it took more than ${LIMIT_MS / 1000} s`}`));
    });
  });
}
