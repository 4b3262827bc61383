/**
 * npm run bench:storm [-- --groups N --slow N]: what becomes of 500 alarms of one group, of N groups that alarm at
 * once, and of some groups while SSM is throttled. The real service; AWS, the instances and the mail server are the
 * sandbox's.
 */
import { parseArgs } from 'node:util';
import { startWorld } from '../chaos/world.ts';
import { markdownTable } from '../markdown-table.ts';
import { type StormResult, storm } from './storm.ts';

const { values } = parseArgs({
  options: {
    groups: { type: 'string', default: '200' },
    slow: { type: 'string', default: '25' },
    only: { type: 'string' },
  },
});
const groups = Number(values.groups);
const slow = Number(values.slow);
const ALARMS = 500;
/** A minute of alarms, six times as fast. */
const ALARMS_MS = 10_000;
const STORM_MS = 2_000;
const LIMIT_MS = 1_800_000;
const SSM = ['SendCommand', 'GetCommandInvocation', 'ListCommands', 'DescribeInstanceInformation'];

interface Plan {
  readonly key: string;
  readonly name: string;
  readonly groups: number;
  readonly alarms: number;
  readonly overMs: number;
  readonly throttled: boolean;
}

const PLANS: readonly Plan[] = [
  {
    ...{ key: 'one', name: `${ALARMS} alarms of one group in ${ALARMS_MS / 1000} s`, groups: 1, alarms: ALARMS },
    ...{ overMs: ALARMS_MS, throttled: false },
  },
  {
    ...{ key: 'many', name: `${groups} groups at once`, groups, alarms: groups },
    ...{ overMs: STORM_MS, throttled: false },
  },
  {
    ...{ key: 'slow', name: `${slow} groups at once, SSM throttled to 1 call/s`, groups: slow, alarms: slow },
    ...{ overMs: STORM_MS, throttled: true },
  },
];

async function run(plan: Plan): Promise<StormResult> {
  const world = await startWorld({ groups: plan.groups });
  try {
    await world.start();
    if (plan.throttled) world.proxy.limit(SSM, { perSecond: 1, burst: 5 });
    const messages = Array.from({ length: plan.alarms }, (_, at) => {
      const group = world.fleet.groups[at % plan.groups] ?? '';
      return { group, alarm: `${group} CPU ${Math.floor(at / plan.groups)}` };
    });
    return await storm(world, messages, { overMs: plan.overMs, limitMs: LIMIT_MS });
  } finally {
    await world.stop();
    await world.close();
  }
}

const seconds = (ms: number | undefined) => ((ms ?? 0) / 1000).toFixed(0);
const heads =
  'storm,received,accepted,attached,throttled,reports (whole),at once,mails (distinct),wait p50 / max s'.split(',');
const rows: (string | number)[][] = [];
for (const plan of PLANS) {
  if (values.only !== undefined && values.only !== plan.key) continue;
  const result = await run(plan);
  const { waitsMs, mails, distinctMails } = result;
  rows.push([
    ...[plan.name, result.received, result.accepted, result.attached, result.throttled],
    ...[`${result.reports} of ${plan.groups} (${result.whole})`, result.mostAtOnce, `${mails} (${distinctMails})`],
    `${seconds(waitsMs[waitsMs.length >> 1])} / ${seconds(waitsMs.at(-1))}`,
  ]);
  console.log(markdownTable(heads, rows.slice(-1)));
}
console.log(markdownTable(heads, rows));
