/**
 * npm run bench:incident [-- --incidents N --samples N]: how long it takes from an alarm to the commands, and from the
 * end of the recording to the mail, and where that time goes. One incident after the other; the real service, with
 * AWS's own latencies in the sandbox. Results come in pieces, and through a bucket.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import Database from 'better-sqlite3';
import { DEMO_CREDENTIALS } from '../../sandbox/aws/credentials.ts';
import { startWorld, type World } from '../chaos/world.ts';
import { makeCapture } from '../event-loop/made-capture.ts';
import { markdownTable } from '../markdown-table.ts';

const BUCKET = 'bench-captures';
/** From an alarm to the commands, with warm clients. */
const COMMAND_LIMIT_MS = 300;
/** From the last sample to the mail. */
const MAIL_LIMIT_MS = 5_000;
const LIMIT_MS = 120_000;
const LOOK_MS = 20;

/** In the order in which they are reached. */
const STATES = ['accepted', 'targeted', 'dispatched', 'collected', 'analyzed', 'reported'] as const;

/** Milliseconds of one incident. */
type Stretch = 'alarm to commands' | 'fetching' | 'analysis' | 'source and report' | 'mail' | 'samples to mail';
type Times = Readonly<Record<Stretch, number>>;
const STRETCHES: readonly Stretch[] = [
  ...(['alarm to commands', 'fetching', 'analysis', 'source and report', 'mail', 'samples to mail'] as const),
];

/** When the incident of a group came into each state. */
function states(dataDir: string, group: string): ReadonlyMap<string, number> {
  const db = new Database(join(dataDir, 'smokejumper.sqlite'), { readonly: true, timeout: 5_000 });
  try {
    const events = db
      .prepare(
        `SELECT event.state, MIN(at_ms) AS atMs FROM incident_event AS event JOIN incident ON incident.id = incident_id
          WHERE group_name = ? GROUP BY event.state`,
      )
      .all(group) as { state: string; atMs: number }[];
    return new Map(events.map(({ state, atMs }) => [state, atMs]));
  } finally {
    db.close();
  }
}

async function incident(world: World, group: string): Promise<Times> {
  const before = world.mail.taken.length;
  const alarm = await world.publisher.publish(group, 'ALARM');
  const until = performance.now() + LIMIT_MS;
  while (world.mail.taken.length === before) {
    if (performance.now() > until) throw new Error(`No mail of ${group} came:\n${world.log().slice(-10).join('\n')}`);
    await sleep(LOOK_MS);
  }
  const mailedAtMs = world.mail.taken[before]?.atMs ?? Number.NaN;
  const sampledAtMs = Math.max(
    ...world.fleet.recordings.filter(({ groupName }) => groupName === group).map(({ endedAtMs }) => endedAtMs),
  );
  const at = states(world.dataDir, group);
  const [, , dispatched = 0, collected = 0, analyzed = 0, reported = 0] = STATES.map((state) => at.get(state));
  return {
    'alarm to commands': dispatched - alarm.atMs,
    fetching: collected - sampledAtMs,
    analysis: analyzed - collected,
    'source and report': reported - analyzed,
    mail: mailedAtMs - reported,
    'samples to mail': mailedAtMs - sampledAtMs,
  };
}

async function makeBucket(endpoint: string): Promise<void> {
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials: DEMO_CREDENTIALS, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  client.destroy();
}

/** The first incident is not counted: it makes the connections. */
async function measure(incidents: number, samples: number, bucket: boolean): Promise<readonly Times[]> {
  const capture = (isHot: boolean) => Buffer.from(makeCapture({ samples, isHot }));
  const world = await startWorld({
    groups: incidents + 1,
    captures: { hot: capture(true), peer: capture(false) },
    timeScale: 1,
    environment: bucket ? { CAPTURE_BUCKET: BUCKET } : {},
  });
  try {
    if (bucket) await makeBucket(world.proxy.endpoint);
    await world.start();
    const [first = '', ...groups] = world.fleet.groups;
    await incident(world, first);
    const times: Times[] = [];
    for (const group of groups) times.push(await incident(world, group));
    return times;
  } finally {
    await world.stop();
    await world.close();
  }
}

function row(way: string, times: readonly Times[]): string[] {
  const cell = (stretch: Stretch) => {
    const sorted = times.map((one) => one[stretch]).sort((one, other) => one - other);
    return [sorted[sorted.length >> 1], sorted.at(-1)].map((ms) => ((ms ?? 0) / 1000).toFixed(2)).join(' / ');
  };
  return [way, ...STRETCHES.map(cell)];
}

const { values } = parseArgs({
  options: { incidents: { type: 'string', default: '7' }, samples: { type: 'string', default: '25000' } },
});
const [incidents, samples] = [Number(values.incidents), Number(values.samples)];
console.log(`${incidents} incidents with ${samples} samples a side; seconds, median / longest`);
console.log(`at most: alarm to commands ${COMMAND_LIMIT_MS / 1000}, samples to mail ${MAIL_LIMIT_MS / 1000}`);
const rows = [
  row('in pieces', await measure(incidents, samples, false)),
  row('through a bucket', await measure(incidents, samples, true)),
];
console.log(markdownTable(['results come', ...STRETCHES], rows));
