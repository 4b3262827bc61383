/** All that is around the real service: AWS with a fleet by the hundred, SNS, a mail server, and what fails them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_CREDENTIALS } from '../../sandbox/aws/credentials.ts';
import { startSandbox } from '../../sandbox/aws/server.ts';
import { type ServiceProcess, startServiceProcess } from '../../sandbox/demo/service-process.ts';
import { type FaultProxy, startFaultProxy } from '../../sandbox/faults/fault-proxy.ts';
import { type MailServer, startMailServer } from '../../sandbox/faults/mail-server.ts';
import { type AnsweringFleet, answeringFleet, type Captures } from '../../sandbox/fleet/answering/answering-fleet.ts';
import { TOPIC } from '../intake/deliveries.ts';
import { mountDisk } from './own-disk.ts';
import { type Publisher, startPublisher } from './publisher.ts';
import type { ThreadKind } from './thread-kinds.ts';

export interface WorldOptions {
  readonly groups: number;
  /** Of the service, besides what it needs. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Put the data folder on a file system of its own, of so many MB, which can then be filled. Needs root. */
  readonly diskMb?: number | null;
  /** See `startMailServer`. */
  readonly mailTakeMs?: number;
  /** What the instances have recorded; by default a second of little. */
  readonly captures?: Captures;
  /** Of AWS's latencies, by default a tenth. */
  readonly timeScale?: number;
}

export interface World {
  readonly fleet: AnsweringFleet;
  readonly proxy: FaultProxy;
  readonly mail: MailServer;
  readonly publisher: Publisher;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly starts: number;
  /** What the service that runs now, or ran last, has logged. */
  log(): readonly string[];
  /** Starts the service, again and again until it comes up: with a full disk it cannot. */
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Ends threads of the service, in the middle of whatever they do. */
  endThread(kind: ThreadKind): void;
  /** SIGTERM; its exit code. */
  stop(): Promise<number | null>;
  close(): Promise<void>;
}

const END_THREADS = join(import.meta.dirname, 'end-threads.ts');
const CAPTURES = join(import.meta.dirname, '../../test/fixtures/captures');
/** AWS's own latencies, a tenth as long. */
const TIME_SCALE = 0.1;
const METRIC_SECONDS = 5;
const RECIPIENT = 'oncall@example.com';
/** Between two tries to start. */
const RESTART_MS = 500;
const MAX_TRIES = 60;

export async function startWorld(options: WorldOptions): Promise<World> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await build(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(options: WorldOptions, closers: (() => unknown)[], close: () => Promise<void>): Promise<World> {
  const capture = (name: string) => readFileSync(join(CAPTURES, `busy-${name}.capture.gz`));
  const captures = options.captures ?? { hot: capture('hot'), peer: capture('healthy') };
  const fleet = answeringFleet(options.groups, captures);
  const { timeScale = TIME_SCALE } = options;
  // That of the alarms: credentials of another account would not be used.
  const accountId = TOPIC.split(':')[4] ?? '';
  const sandbox = await startSandbox({ fleet, accountId, timeScale, metricPeriodSeconds: METRIC_SECONDS });
  closers.push(() => sandbox.close());
  const proxy = await startFaultProxy(sandbox.endpoint);
  closers.push(() => proxy.close());
  const mail = await startMailServer({ takeMs: options.mailTakeMs ?? 0 });
  closers.push(() => mail.close());
  let service: ServiceProcess | undefined;
  let port = '0';
  let starts = 0;
  const publisher = await startPublisher(() => `http://127.0.0.1:${port}`);
  closers.push(() => publisher.close());
  const dataDir = makeFolder(options.diskMb ?? null, closers);
  const environment = {
    ...environmentOf(proxy.endpoint, publisher.origin, dataDir),
    SMTP_URL: mail.url,
    ...options.environment,
  };
  closers.push(() => service?.kill());
  // Two points of each metric: who is hot must be known.
  await sleep(2 * METRIC_SECONDS * 1000);

  async function start(): Promise<void> {
    for (let left = MAX_TRIES; ; left--) {
      try {
        service = await startServiceProcess({ ...environment, PORT: port }, END_THREADS);
        starts++;
        port = new URL(service.url).port;
        return;
      } catch (error) {
        if (left <= 0) throw error;
        await sleep(RESTART_MS);
      }
    }
  }

  return {
    ...{ fleet, proxy, mail, publisher, dataDir, environment, start, close },
    get starts() {
      return starts;
    },
    log: () => service?.log() ?? [],
    async kill() {
      // A process that is about to die on a busy machine holds its connections for a while: nobody reads them any more.
      if (service !== undefined) mail.cut();
      await service?.kill();
    },
    endThread: (kind) => service?.tell(kind),
    async stop() {
      await service?.stop();
      return (await service?.exited) ?? null;
    },
  };
}

function makeFolder(diskMb: number | null, closers: (() => unknown)[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'smokejumper-chaos-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  if (diskMb !== null) {
    closers.push(mountDisk(folder, diskMb));
  }
  return folder;
}

function environmentOf(endpoint: string, certificates: string, dataDir: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: DEMO_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DEMO_CREDENTIALS.secretAccessKey,
    SNS_CERTIFICATE_ORIGIN: certificates,
    SNS_TOPIC_ARNS: TOPIC,
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    MAIL_TO: RECIPIENT,
    CAPTURE_SECONDS: '1',
    CAPTURE_LEAD_SECONDS: '2',
    PEER_MIN_AGE_SECONDS: '0',
    METRIC_PERIOD_SECONDS: String(METRIC_SECONDS),
    MAX_CAPTURES_PER_DAY: '10000',
    MAX_CAPTURES_PER_GROUP_PER_DAY: '1000',
    COOLDOWN_SECONDS: '0',
    MIN_FREE_MB: '1',
  };
}
