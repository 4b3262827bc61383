/** Builds the parts of the service from its configuration. `main.ts` starts all of them, commands use some. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { Express } from 'express';
import { type AnalysisParts, createAnalysis } from './analysis/create-analysis.ts';
import { createAlarmTargets } from './aws/alarm-targets.ts';
import { type AwsClients, createClients, createQueueClient } from './aws/clients.ts';
import { createCommands } from './aws/commands.ts';
import type { SentDocument } from './aws/document.ts';
import { createFleet } from './aws/fleet/fleet.ts';
import { createQueue } from './aws/queue.ts';
import { sesSender } from './aws/ses-sender.ts';
import { createSigningCertificates } from './aws/signing-certificates.ts';
import { createSubscriptions } from './aws/subscriptions.ts';
import { createUploads } from './aws/uploads.ts';
import { scriptText } from './capture/script-call.ts';
import { documentParameters } from './capture/ssm-document.ts';
import type { Config } from './config.ts';
import { createApp } from './http/app.ts';
import { type LoopLag, watchLoop } from './http/metrics/loop-lag.ts';
import { createMetrics, type ServiceMetrics } from './http/metrics/service-metrics.ts';
import { pagesRouter } from './http/pages/router.ts';
import { type Health, whyNotReady } from './http/readiness.ts';
import type { SetupDeps } from './http/setup/setup-routes.ts';
import type { TransferDeps } from './incidents/capture-transfer.ts';
import { confirmInlining } from './incidents/confirm/confirm-inlining.ts';
import { freshDrillStep } from './incidents/drill/stale.ts';
import { type MailDeps, mailParts } from './incidents/files/mail-parts.ts';
import { type RawMail, rawMail, withMail } from './incidents/files/raw-mail.ts';
import { type IntakeDeps, intake } from './incidents/intake.ts';
import type { CaptureCaps } from './incidents/lanes/lane-plan.ts';
import { createRunner, type Runner } from './incidents/lanes/runner.ts';
import { observeSteps } from './incidents/observe-steps.ts';
import { madeUpAlarm, type PlanDeps, planAlarm } from './incidents/plan/plan-alarm.ts';
import { createQueries } from './incidents/queries.ts';
import { createQueuePoller, type QueuePoller } from './incidents/queue/queue-poller.ts';
import { takeMessage } from './incidents/queue/take-message.ts';
import { Refusals } from './incidents/refusals.ts';
import { createHousekeeping, type Housekeeping } from './incidents/retention/housekeeping.ts';
import type { RetentionPolicy } from './incidents/retention/retention.ts';
import { secondStep } from './incidents/second/second-step.ts';
import { fetchSource } from './incidents/source/fetch-source.ts';
import type { RunnerDeps, Steps } from './incidents/step.ts';
import { analyzeStep } from './incidents/steps/analyze.ts';
import type { ChooseDeps } from './incidents/steps/choose-for.ts';
import { collectStep } from './incidents/steps/collect.ts';
import { CommandTraffic } from './incidents/steps/command-traffic.ts';
import { deliverNews } from './incidents/steps/deliver.ts';
import { dispatchStep } from './incidents/steps/dispatch.ts';
import { notifyStep } from './incidents/steps/notify.ts';
import { recheckStep } from './incidents/steps/recheck.ts';
import { reportFailureStep } from './incidents/steps/report-failure.ts';
import { targetStep } from './incidents/steps/target.ts';
import { unmutedStep } from './incidents/steps/unmuted.ts';
import { writeReportStep } from './incidents/steps/write-report.ts';
import type { IncidentStore } from './incidents/store-port.ts';
import { createTriage } from './incidents/triage/triage-commands.ts';
import { createMailer, type Mailer } from './mail/mailer.ts';
import { packRemoteScripts, readDocumentContent, readSsmDocument } from './remote-scripts.ts';
import type { Limits } from './rules/decide.ts';
import type { RuleBook } from './rules/rule-book.ts';
import { readRulesFile } from './rules-file/read-rules-file.ts';
import { WatchedRules } from './rules-file/watched-rules.ts';
import { loadRulesText } from './rules-text.ts';
import { systemClock } from './shared/clock.ts';
import type { GroupName } from './shared/ids.ts';
import { type Log, silentLog } from './shared/log.ts';
import { queueArn } from './shared/queue-address.ts';
import type { Db } from './store/database.ts';
import { openSqliteStore } from './store/open-store.ts';
import { localStore } from './store/store-calls.ts';
import { openStoreThreads, SENT_JOURNAL, type StoreThreads } from './store/thread/store-thread.ts';

const ROOT = join(import.meta.dirname, '..');
const MIGRATIONS = join(ROOT, 'migrations');
/** Ten excerpts of 40 lines of 200 characters, each twice where there is a source map, as JSON. */
const MAX_SOURCE_BYTES = 1 << 20;
/** Reading and fetching, on an instance that is not too busy. */
const COLLECT_SECONDS = 15;
/**
 * Begins the lease owners of services: theirs are known to be dead when a new one holds the data folder; a `replay`
 * may live.
 */
export const SERVICE_OWNER = 'service-';

export interface ServiceParts extends StoreThreads {
  readonly runner: Runner;
  readonly pollers: readonly QueuePoller[];
  readonly rules: WatchedRules | null;
  readonly housekeeping: Housekeeping;
  readonly app: Express;
  readonly loop: LoopLag;
  /** Ends the worker threads of analyses and mails. */
  readonly endWorkers: () => void;
}

/**
 * All parts of the service; nothing of it runs yet. `publicUrl`: base of links, without a slash at the end. `stopping`:
 * whether the service is about to end.
 */
export async function composeService(
  config: Config,
  log: Log,
  publicUrl: () => string,
  stopping: () => boolean,
): Promise<ServiceParts> {
  const rules = config.RULES_FILE === undefined ? null : await watchRules(config.RULES_FILE, log);
  const limits = () => limitsOf(config, rules?.book);
  const threads = await openStoreThreads({ dataFolder: config.DATA_DIR, migrations: MIGRATIONS });
  const { store } = threads;
  const aws = createClients(config.AWS_REGION);
  const loop = watchLoop();
  const refusals = new Refusals({ store, clock: systemClock, log });
  const disk: Health['disk'] = async () => {
    const { bavail, blocks, bsize } = await statfs(config.DATA_DIR);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  };
  const metrics = createMetrics({
    version: version(),
    unrecorded: () => refusals.unrecordedTotal,
    queues: () => pollers.map((poller) => poller.facts()),
    longestHoldMs: loop.longestMs,
    now: systemClock.now,
    lanes: () => runner.lanes(),
    housekeeping: () => housekeeping.facts(),
    disk,
  });
  const housekeeping = createHousekeeping({ store, clock: systemClock, log, policy: retentionOf(config) });
  const parts = reporting(config, aws, store, log, publicUrl);
  const work = runnerDeps(config, aws, store, log, parts);
  const runner = createRunner({
    ...work,
    ...secondOf(config, aws),
    owner: `${SERVICE_OWNER}${randomUUID()}`,
    steps: observeSteps(work.steps, () => performance.now(), metrics.step),
  });
  const deps = { ...intakeDeps(config, aws, store, refusals, log, () => runner.wake()), rules: limits };
  const pollers = pollersOf(config, deps);
  const health: Health = {
    lanes: () => runner.lanes(),
    queues: () => pollers.map((poller) => poller.facts()),
    checkStore: () => store.check(),
    disk,
    longestHoldMs: loop.longestMs,
    rulesFault: () => rules?.fault ?? null,
    get stopping() {
      return stopping();
    },
  };
  const app = composeApp(config, aws, store, log, metrics, health, deps, parts);
  return { ...threads, runner, pollers, rules, housekeeping, loop, app, endWorkers: () => endWorkers(parts) };
}

/** Throws `BAD_RULES`, `RULES_FILE_UNREADABLE`. */
function watchRules(path: string, log: Log): Promise<WatchedRules> {
  const read = () => loadRulesText(path);
  return WatchedRules.open({ path, read, parse: (text) => readRulesFile(text, path), clock: systemClock, log });
}

/** The rules of a file, for commands. Throws `BAD_RULES`, `RULES_FILE_UNREADABLE`. */
export async function openRules(path: string): Promise<RuleBook> {
  return (await watchRules(path, silentLog)).book;
}

/** What holds now, for commands. Throws `BAD_RULES`, `RULES_FILE_UNREADABLE`. */
export async function rulesOf(config: Config): Promise<Limits> {
  const { RULES_FILE: path } = config;
  return limitsOf(config, path === undefined ? undefined : await openRules(path));
}

/** Commands that work on one incident look at no other. */
function secondOf(config: Config, aws: AwsClients): Pick<RunnerDeps, 'second'> {
  const afterMs = config.SECOND_CAPTURE_MINUTES * 60_000;
  const { stateOf } = createAlarmTargets(aws.cloudWatch);
  return afterMs === 0 ? {} : { second: { afterMs, limits: limitsOf(config), stateOf } };
}

function endWorkers({ close, mail }: Reporting): void {
  close();
  void mail.close();
}

function composeApp(
  config: Config,
  aws: AwsClients,
  store: IncidentStore,
  log: Log,
  metrics: ServiceMetrics,
  health: Health,
  deps: IntakeDeps,
  { analysis, files, making, report, rawMail: composed }: Reporting,
): Express {
  const triage = config.UI_CHANGES === 'on' ? { triage: triageOf(config, store, log) } : {};
  const queries = createQueries(store, {
    source: config.SOURCE_EXCERPTS !== 'off',
    files: withMail(files, store, composed),
    queue: { ...capsOf(config), captureMs: captureMs(config) },
  });
  return createApp({
    log,
    topicArns: config.SNS_TOPIC_ARNS,
    intake: (body, headers) => intake(deps, body, headers),
    refuse: ({ code, ...refused }) => deps.refusals.note(code, { ...refused, body: '' }),
    hosts: servedHosts(config),
    trustProxy: config.TRUST_PROXY,
    queries,
    ...triage,
    whyNotReady: () =>
      whyNotReady(
        health,
        { maxBacklogMs: config.MAX_BACKLOG_SECONDS * 1000, minFreeBytes: config.MIN_FREE_MB * 1e6 },
        systemClock.now(),
      ),
    counts: () => store.counts(),
    families: metrics.families,
    pages: pagesRouter({
      queries,
      ...triage,
      setup: setupOf(config, aws, store, deps.rules),
      version: version(),
      exportCapture: analysis.exportCapture,
      comparing: { compareTwo: analysis.compareTwo, cache: making.cache, origin: originOf(config) },
      publicUrl: report.publicUrl,
      now: systemClock.now,
    }),
  });
}

function triageOf(config: Config, store: IncidentStore, log: Log) {
  return { commands: createTriage({ store, clock: systemClock, log }), origin: originOf(config) };
}

function originOf({ PUBLIC_URL }: Config): string | null {
  return PUBLIC_URL === undefined ? null : new URL(PUBLIC_URL).origin;
}

/** The way to the first incident, with a look at what an alarm would do. */
function setupOf(
  config: Config,
  aws: AwsClients,
  store: IncidentStore,
  limits: () => Limits,
): NonNullable<SetupDeps['setup']> {
  const { AWS_REGION: region, PUBLIC_URL: publicUrl = null, SNS_TOPIC_ARNS: topicArns } = config;
  const [queue] = config.SQS_QUEUE_URLS;
  const queueFact = queue === undefined ? {} : { queueArn: queueArn(queue, region) };
  const facts = { topicArns, publicUrl, region, ...queueFact };
  if (config.UI_CHANGES === 'off') return { facts };
  const deps: PlanDeps = {
    limits,
    facts: (alarm, nowMs) => store.facts(alarm, nowMs),
    burning: () => store.burning(null),
    choose: chooseDeps(config, aws),
  };
  const plan = (group: string, name: string, signal: AbortSignal) =>
    planAlarm(deps, madeUpAlarm(group as GroupName, name, { region, nowMs: systemClock.now() }), signal);
  return { facts, tryOut: { plan, origin: originOf(config) } };
}

/** Besides addresses and localhost: see `allowedHosts`. */
function servedHosts(config: Config): readonly string[] {
  const own = hostname().toLowerCase();
  const base = config.PUBLIC_URL === undefined ? [] : [new URL(config.PUBLIC_URL).hostname.toLowerCase()];
  return [own, ...base, ...config.HTTP_HOSTS];
}

/** Database and artifacts in `DATA_DIR`, made when missing, in the thread of the caller: for commands. */
export function openStore(config: Config): { readonly db: Db; readonly store: IncidentStore } {
  const { db, store } = openSqliteStore(config.DATA_DIR, MIGRATIONS, 'writing');
  return { db, store: localStore(store) };
}

/** The same for commands that only look: nothing is made, migrated or written. Throws what `openToLook` throws. */
export function openStoreToLook(config: Config): { readonly db: Db; readonly store: IncidentStore } {
  const { db, store } = openSqliteStore(config.DATA_DIR, MIGRATIONS, 'looking');
  return { db, store: localStore(store) };
}

/** What reports are made with. */
export interface Reporting extends AnalysisParts {
  readonly report: MailDeps;
  readonly mail: Mailer;
  readonly rawMail: RawMail;
}

/** The threads for what costs CPU, the files that they make, and the mail. */
export function reporting(
  config: Config,
  aws: AwsClients,
  store: IncidentStore,
  log: Log,
  publicUrl: () => string,
): Reporting {
  const options = {
    dataDir: config.DATA_DIR,
    workers: config.ANALYSIS_WORKERS,
    memoryMb: config.ANALYSIS_MEMORY_MB,
    cacheMb: config.CACHE_MB,
    version: version(),
    source: config.SOURCE_EXCERPTS !== 'off',
  };
  const parts = createAnalysis(options, store, log);
  const { analysis, files, making } = parts;
  const report = { store, analysis, files, log, publicUrl, excerpts: config.SOURCE_EXCERPTS };
  const mail = mailer(config, aws);
  return { ...parts, report, mail, rawMail: rawMail({ ...report, ...making, mail }) };
}

/** What `chooseFor` needs, from AWS. */
export function chooseDeps(config: Config, aws: AwsClients): ChooseDeps {
  return {
    fleet: createFleet(aws, { periodSeconds: config.METRIC_PERIOD_SECONDS, peerTag: config.PEER_TAG }),
    alarmTargets: createAlarmTargets(aws.cloudWatch),
    clock: systemClock,
    peers: config.PEERS,
    peerMinAgeMs: config.PEER_MIN_AGE_SECONDS * 1000,
  };
}

/** Sending commands to instances, and fetching what they recorded. */
export function transferDeps(config: Config, aws: AwsClients, log: Log): TransferDeps {
  return {
    commands: createCommands(aws.ssm, { document: sentDocument(config.SSM_DOCUMENT), deliverySeconds: 60 }),
    uploads: config.CAPTURE_BUCKET === undefined ? null : createUploads(aws.s3, config.CAPTURE_BUCKET),
    clock: systemClock,
    log,
    sha256,
  };
}

/** AWS's own document takes any shell; every other is the one that `smokejumper script document` prints. */
export function sentDocument(name: string): SentDocument {
  if (/^(arn:[^/]*:document\/)?AWS-RunShellScript$/.test(name)) {
    const scripts = packRemoteScripts();
    return { name, parameters: (call) => ({ commands: scriptText(scripts, call) }), holds: null };
  }
  const { version, content } = readSsmDocument();
  const wanted = readDocumentContent(content);
  return {
    name,
    parameters: (call) => documentParameters(call, version),
    holds: (held) => isDeepStrictEqual(readDocumentContent(held), wanted),
  };
}

function createSteps(
  config: Config,
  aws: AwsClients,
  store: IncidentStore,
  log: Log,
  { analysis, files, report, rawMail: composed }: Reporting,
): Steps {
  const clock = systemClock;
  const transfer = transferDeps(config, aws, log);
  const { commands } = transfer;
  const traffic = new CommandTraffic(clock);
  const choose = chooseDeps(config, aws);
  return {
    accepted: recheckStep(
      {
        clock,
        log,
        stateOf: choose.alarmTargets.stateOf,
        maxQueueMs: config.MAX_QUEUE_SECONDS * 1000,
      },
      secondStep(
        { store, fleet: choose.fleet },
        unmutedStep(
          { store, clock },
          targetStep({ ...choose, store, seconds: config.CAPTURE_SECONDS, hz: config.CAPTURE_HZ }),
        ),
      ),
    ),
    targeted: freshDrillStep(
      { clock },
      dispatchStep({
        store,
        commands,
        traffic,
        clock,
        log,
        leadSeconds: config.CAPTURE_LEAD_SECONDS,
        v8: { engine: config.V8_ENGINE, maxProcesses: config.V8_MAX_PROCESSES },
        installPerf: config.CAPTURE_INSTALL_PERF === 'on',
      }),
    ),
    dispatched: collectStep({ ...transfer, store, traffic, installPerf: config.CAPTURE_INSTALL_PERF === 'on' }),
    collected: analyzeStep({
      store,
      clock,
      log,
      analysis,
      files,
      planSource: config.SOURCE_EXCERPTS !== 'off',
      planConfirmation: config.V8_ENGINE === 'confirm',
    }),
    analyzed: writeReportStep({
      ...report,
      fetchSource: fetchSource({
        store,
        commands,
        clock,
        log,
        gunzip: (bytes) => gunzipSync(bytes, { maxOutputLength: MAX_SOURCE_BYTES }),
        url: config.SOURCE_URL ?? null,
      }),
      confirmInlining: confirmInlining({ store, commands, clock, log, analysis, sha256 }),
    }),
    failed: reportFailureStep({ ...report, clock }),
    reported: notifyStep({
      store,
      rawMail: composed,
      clock,
      to: config.MAIL_TO,
      reportTopicArn: config.REPORT_TOPIC_ARN ?? null,
    }),
  };
}

/** All that a runner needs but its name and what it counts. */
export function runnerDeps(
  config: Config,
  aws: AwsClients,
  store: IncidentStore,
  log: Log,
  parts: Reporting,
): Omit<RunnerDeps, 'owner'> {
  const { report, mail, rawMail: composed } = parts;
  return {
    store,
    steps: createSteps(config, aws, store, log, parts),
    deliver: deliverNews({
      ...{ store, mail, rawMail: composed, subscriptions: createSubscriptions(aws.sns) },
      ...{ publicUrl: report.publicUrl, sha256 },
      mailParts: (id, signal) => mailParts(report, id, signal),
    }),
    caps: capsOf(config),
    clock: systemClock,
    log,
  };
}

function mailer({ MAIL_FROM, SMTP_URL, DATA_DIR }: Config, aws: AwsClients): Mailer {
  const journal = join(DATA_DIR, SENT_JOURNAL);
  return createMailer({ from: MAIL_FROM, smtpUrl: SMTP_URL ?? null, journal }, sesSender(aws.ses));
}

function capsOf(config: Config): CaptureCaps {
  return {
    atOnce: config.MAX_CAPTURES_AT_ONCE,
    perGroup: config.MAX_CAPTURES_AT_ONCE_PER_GROUP,
    perAccount: config.MAX_CAPTURES_AT_ONCE_PER_ACCOUNT,
  };
}

function limitsOf(config: Config, book?: RuleBook): Limits {
  return {
    ...(book && { book }),
    maxPerGroup: { max: config.MAX_CAPTURES_PER_GROUP_PER_DAY, windowMs: 86_400_000 },
    maxOverall: { max: config.MAX_CAPTURES_PER_DAY, windowMs: 86_400_000 },
    cooldownMs: config.COOLDOWN_SECONDS * 1000,
    maxAlarmAgeMs: config.MAX_ALARM_AGE_SECONDS * 1000,
    include: config.ALARM_INCLUDE,
    exclude: config.ALARM_EXCLUDE,
    allClear: config.ALL_CLEAR === 'on',
    place: { region: config.AWS_REGION, accounts: accountsOf(config) },
    queue: { atOnce: config.MAX_CAPTURES_AT_ONCE, captureMs: captureMs(config) },
  };
}

export function retentionOf(config: Config): RetentionPolicy {
  const orNever = (amount: number, unit: number) => (amount === 0 ? null : amount * unit);
  return {
    incidentMs: orNever(config.RETENTION_DAYS, 86_400_000),
    fileBytes: orNever(config.RETENTION_MB, 1_000_000),
    notificationMs: orNever(config.NOTIFICATION_DAYS, 86_400_000),
    bodyMs: orNever(config.NOTIFICATION_BODY_DAYS, 86_400_000),
  };
}

/** An ARN of a topic: `arn:aws:sns:REGION:ACCOUNT:NAME`. */
function accountsOf({ ALARM_ACCOUNTS, SNS_TOPIC_ARNS, SQS_QUEUE_URLS }: Config): readonly string[] {
  if (ALARM_ACCOUNTS.length > 0) return ALARM_ACCOUNTS;
  const ofTopics = SNS_TOPIC_ARNS.flatMap((arn) => arn.split(':')[4] ?? []);
  return [...new Set([...ofTopics, ...SQS_QUEUE_URLS.map(({ accountId }) => accountId)])];
}

/** From the lookups to the last part of the result, about. */
function captureMs(config: Config): number {
  return (config.CAPTURE_LEAD_SECONDS + config.CAPTURE_SECONDS + COLLECT_SECONDS) * 1000;
}

function intakeDeps(
  config: Config,
  aws: AwsClients,
  store: IncidentStore,
  refusals: Refusals,
  log: Log,
  onChanged: () => void,
): Omit<IntakeDeps, 'rules'> {
  const origin = config.SNS_CERTIFICATE_ORIGIN;
  return {
    store,
    refusals,
    clock: systemClock,
    log,
    subscriptions: createSubscriptions(aws.sns),
    certificates: createSigningCertificates({ now: systemClock.now, ...(origin ? { allowOrigin: origin } : {}) }),
    trust: {
      topicArns: config.SNS_TOPIC_ARNS,
      requireSignatureV2: config.SNS_REQUIRE_SIGNATURE_V2,
      ...(origin ? { certificateOrigin: origin } : {}),
    },
    onChanged,
  };
}

function pollersOf({ SQS_QUEUE_URLS, AWS_REGION }: Config, deps: IntakeDeps): readonly QueuePoller[] {
  return SQS_QUEUE_URLS.map((address) => {
    const { name, url, endpoint } = address;
    const queue = { name, arn: queueArn(address, AWS_REGION) };
    return createQueuePoller({
      name,
      queue: createQueue(createQueueClient(address.region ?? AWS_REGION, endpoint), url),
      take: (message, refused) => takeMessage(deps, queue, message, refused),
      clock: deps.clock,
      log: deps.log,
      random: Math.random,
    });
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function version(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}
