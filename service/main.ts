import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Express } from 'express';
import { type Logger, pino } from 'pino';
import { createAlarmTargets } from './aws/alarm-targets.ts';
import { type AwsClients, createClients } from './aws/clients.ts';
import { createCommands } from './aws/commands.ts';
import { createFleet } from './aws/fleet.ts';
import { createSigningCertificates } from './aws/signing-certificates.ts';
import { createSubscriptions } from './aws/subscriptions.ts';
import type { Config } from './config.ts';
import { exportCapture } from './convert/export-profile.ts';
import { decodeProfile } from './convert/load-profile.ts';
import { createApp } from './http/app.ts';
import { createMetrics } from './http/metrics/service-metrics.ts';
import { pagesRouter } from './http/pages/router.ts';
import type { TransferDeps } from './incidents/capture-transfer.ts';
import type { ChooseDeps } from './incidents/choose-for.ts';
import { type IntakeDeps, intake } from './incidents/intake.ts';
import { observeSteps } from './incidents/observe-steps.ts';
import { createQueries } from './incidents/queries.ts';
import { createRunner, type Runner, type Steps } from './incidents/runner.ts';
import { analyzeStep } from './incidents/steps/analyze.ts';
import { collectStep } from './incidents/steps/collect.ts';
import { dispatchStep } from './incidents/steps/dispatch.ts';
import { notifyStep } from './incidents/steps/notify.ts';
import { reportFailureStep } from './incidents/steps/report-failure.ts';
import { targetStep } from './incidents/steps/target.ts';
import { writeReportStep } from './incidents/steps/write-report.ts';
import type { IncidentStore } from './incidents/store-port.ts';
import { createMailer } from './mail/mailer.ts';
import { svgToPng } from './raster/png.ts';
import { readRemoteScripts } from './remote-scripts.ts';
import type { Rules } from './rules/decide.ts';
import { systemClock } from './shared/clock.ts';
import { AppError } from './shared/errors.ts';
import type { Log } from './shared/log.ts';
import { ArtifactFolder } from './store/artifact-folder.ts';
import { openDatabase } from './store/database.ts';
import { lockFolder } from './store/folder-lock.ts';
import { SqliteStore } from './store/sqlite-store.ts';
import { storeFacts } from './store/store-facts.ts';

const ROOT = join(import.meta.dirname, '..');
/** Begins the lease owners of services: theirs are known to be dead when a new one holds the data folder; a `replay` may live. */
const LEASE_OWNER = 'service-';

export interface Service {
  /** Where we listen: `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly store: IncidentStore;
  close(): Promise<void>;
}

/** Puts the service together and starts it. Resolves when it listens. */
export async function startService(config: Config): Promise<Service> {
  const log = pino({ level: config.LOG_LEVEL, redact: ['*.body', '*.Token', '*.SMTP_URL'] }, pino.destination(2));
  const lock = lockFolder(config.DATA_DIR);
  const { db, store } = openStore(config);
  const aws = createClients(config.AWS_REGION);
  const stop = new AbortController();
  // The link base is known only once we listen (port 0), the steps are needed to listen: hence a box.
  const address = { publicUrl: config.PUBLIC_URL ?? '' };
  const metrics = createMetrics({ version: version(), facts: storeFacts(db), now: systemClock.now });
  const runner = createRunner({
    store,
    clock: systemClock,
    log,
    owner: `${LEASE_OWNER}${randomUUID()}`,
    steps: observeSteps(createSteps(config, aws, store, log, address), () => performance.now(), metrics.step),
  });
  const intakeDeps = createIntake(config, aws, store, log, runner);
  const queries = createQueries(store);
  const app = createApp({
    log,
    intake: (body, headers) => intake(intakeDeps, body, headers),
    refuse: (reason) =>
      store.record({
        receivedAtMs: Date.now(),
        messageId: null,
        topicArn: null,
        outcome: 'rejected',
        reason,
        body: '',
      }),
    queries,
    checkReady: () => void db.prepare('SELECT 1 FROM incident LIMIT 1').get(),
    counts: () => store.counts(),
    families: metrics.families,
    pages: pagesRouter({ queries, version: version(), exportCapture }),
  });
  const server = await listen(app, config);
  const { port } = server.address() as AddressInfo;
  const host = config.HOST === '0.0.0.0' || config.HOST === '::' ? '127.0.0.1' : config.HOST;
  const url = `http://${host}:${port}`;
  address.publicUrl ||= url;
  address.publicUrl = address.publicUrl.replace(/\/+$/, '');
  const resumed = store.releaseLeases(LEASE_OWNER);
  if (resumed > 0) log.info({ incidents: resumed }, 'the last process died with work in its hands; going on with it');
  const running = runner.run(stop.signal);
  log.info({ url, dataDir: config.DATA_DIR, topics: config.SNS_TOPIC_ARNS }, 'Smokejumper listens');
  return {
    url,
    store,
    async close() {
      stop.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await running;
      db.close();
      lock.release();
    },
  };
}

/** Throws `CANNOT_LISTEN`. */
async function listen(app: Express, { PORT, HOST }: Config): Promise<Server> {
  const server = app.listen(PORT, HOST);
  try {
    await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
    return server;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'another program listens there' : 'the address cannot be used';
    throw new AppError('CANNOT_LISTEN', `Cannot listen on ${HOST}:${PORT}: ${why} (${code}).`, {
      cause,
      hint: 'Set HOST and PORT.',
    });
  }
}

/** Database and artifacts in `DATA_DIR`; made when missing. */
export function openStore(config: Config) {
  const db = openDatabase(join(config.DATA_DIR, 'smokejumper.sqlite'), join(ROOT, 'migrations'));
  return { db, store: new SqliteStore(db, new ArtifactFolder(join(config.DATA_DIR, 'artifacts'))) };
}

/** What `chooseFor` needs, from AWS. */
export function choosing(config: Config, aws: AwsClients): ChooseDeps {
  return {
    fleet: createFleet(aws, { periodSeconds: config.METRIC_PERIOD_SECONDS }),
    alarmTargets: createAlarmTargets(aws.cloudWatch),
    clock: systemClock,
    peers: config.PEERS,
    peerMinAgeMs: config.PEER_MIN_AGE_SECONDS * 1000,
  };
}

/** Sending commands to instances, and fetching what they recorded. */
export function transferring(config: Config, aws: AwsClients, log: Log): TransferDeps {
  return {
    commands: createCommands(aws.ssm, { documentName: config.SSM_DOCUMENT, deliverySeconds: 60 }),
    clock: systemClock,
    log,
    scripts: readRemoteScripts(),
    sha256,
  };
}

export function createSteps(
  config: Config,
  aws: AwsClients,
  store: IncidentStore,
  log: Log,
  address: { readonly publicUrl: string },
): Steps {
  const clock = systemClock;
  const transfer = transferring(config, aws, log);
  const { commands, scripts } = transfer;
  const report = {
    store,
    clock,
    get publicUrl() {
      return address.publicUrl;
    },
  };
  return {
    accepted: targetStep({
      ...choosing(config, aws),
      store,
      seconds: config.CAPTURE_SECONDS,
      hz: config.CAPTURE_HZ,
    }),
    targeted: dispatchStep({ store, commands, clock, scripts, leadSeconds: config.CAPTURE_LEAD_SECONDS }),
    dispatched: collectStep({ ...transfer, store }),
    collected: analyzeStep({
      store,
      clock,
      decodeProfile,
      rasterise: (svg) => svgToPng(svg, { width: 600, scale: 2 }),
    }),
    analyzed: writeReportStep(report),
    failed: reportFailureStep(report),
    reported: notifyStep({
      store,
      mail: createMailer({ from: config.MAIL_FROM, smtpUrl: config.SMTP_URL ?? null }, aws.ses),
      subscriptions: createSubscriptions(aws.sns),
      to: config.MAIL_TO,
      reportTopicArn: config.REPORT_TOPIC_ARN ?? null,
    }),
  };
}

export function rulesOf(config: Config): Rules {
  return {
    maxPerGroup: { max: config.MAX_CAPTURES_PER_GROUP_PER_DAY, windowMs: 86_400_000 },
    maxOverall: { max: config.MAX_CAPTURES_PER_DAY, windowMs: 86_400_000 },
    cooldownMs: config.COOLDOWN_SECONDS * 1000,
    maxAlarmAgeMs: config.MAX_ALARM_AGE_SECONDS * 1000,
    include: config.ALARM_INCLUDE,
    exclude: config.ALARM_EXCLUDE,
  };
}

function createIntake(config: Config, aws: AwsClients, store: IncidentStore, log: Logger, runner: Runner): IntakeDeps {
  const origin = config.SNS_CERTIFICATE_ORIGIN;
  return {
    store,
    clock: systemClock,
    log,
    subscriptions: createSubscriptions(aws.sns),
    certificates: createSigningCertificates({ now: systemClock.now, ...(origin ? { allowOrigin: origin } : {}) }),
    trust: {
      topicArns: config.SNS_TOPIC_ARNS,
      requireSignatureV2: config.SNS_REQUIRE_SIGNATURE_V2,
      ...(origin ? { certificateOrigin: origin } : {}),
    },
    rules: rulesOf(config),
    onAccepted: () => runner.wake(),
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function version(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}
