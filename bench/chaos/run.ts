/**
 * npm run chaos -- [--minutes N] [--seed S] [--kills N] [--aim delivery] [--verbose]: the real service between an AWS,
 * a mail server, a disk and a database that fail in turn, while SIGKILLs end it again and again. In the end everything
 * works again, and what was promised is checked: the exit status is 1 when something was not kept.
 */
import { parseArgs } from 'node:util';
import { markdownTable } from '../markdown-table.ts';
import { aimAtDelivery } from './aim-at-delivery.ts';
import { runChaos } from './chaos.ts';
import { canMount } from './own-disk.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string' },
    aim: { type: 'string' },
    'kill-seconds': { type: 'string', default: '5-20' },
    verbose: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const startedAt = performance.now();
const say = (text: string) => {
  if (values.verbose) console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(7)}  ${text}`);
};
const kills = values.kills === undefined ? {} : { kills: Number(values.kills) };
const [least = 5, most = 20] = values['kill-seconds'].split('-').map(Number);

/** A file system of its own, so that it can be full. */
const DISK_MB = 192;

const mounts = values.aim === undefined && canMount();
if (values.aim === undefined && !mounts) console.log('The disk is never full: this user may not mount a file system.');

const result =
  values.aim === 'delivery'
    ? await aimAtDelivery({ kills: kills.kills ?? 200, minutes: Number(values.minutes ?? 60), seed, say })
    : await runChaos({
        ...{ minutes: Number(values.minutes ?? 2), seed, ...kills, say },
        ...{ killSeconds: [least, most], alarmMs: [500, 2500], diskMb: mounts ? DISK_MB : null },
      });

console.log(`seed ${seed}: ${result.kills} kills; settled ${result.settledSeconds.toFixed(0)} s after the last fault`);
console.log(markdownTable(['fault', 'times'], Object.entries(result.faults).sort()));
console.log(markdownTable(['', ''], Object.entries(result.figures)));
for (const words of result.wrong) console.log(`✖ ${words}`);
console.log(result.wrong.length === 0 ? 'All that was promised was kept.' : `seed ${seed} shows it.`);
if (result.wrong.length > 0) {
  if (values.verbose) console.log(result.log.slice(-40).join('\n'));
  process.exitCode = 1;
}
