/** Builds the parts of the service from its configuration. `main.ts` starts all of them, commands use some. */
import { randomUUID } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Express } from 'express';
import { type AwsClients, createClients, createQueueClient, type PlaceClients } from './aws/clients.ts';
import type { Places } from './aws/places/places.ts';
import { createQueue } from './aws/queue.ts';
import { createSigningCertificates } from './aws/signing-certificates.ts';
import { createSubscriptions } from './aws/subscriptions.ts';
import type { Config } from './config.ts';
import {
  type Around,
  aroundOf,
  chooseDeps,
  type Reporting,
  reporting,
  runnerDeps,
  stateOfAlarm,
  transferDeps,
  version,
} from './engine.ts';
import { createApp } from './http/app.ts';
import { type LoopLag, watchLoop } from './http/metrics/loop-lag.ts';
import { createMetrics, type ServiceMetrics } from './http/metrics/service-metrics.ts';
import { pagesRouter } from './http/pages/router.ts';
import { type Health, whyNotReady } from './http/readiness.ts';
import type { SetupDeps } from './http/setup/setup-routes.ts';
import type { BaselinePlace } from './incidents/baseline/baseline-deps.ts';
import { withMail } from './incidents/files/raw-mail.ts';
import { type IntakeDeps, intake } from './incidents/intake.ts';
import { createRunner, type Runner } from './incidents/lanes/runner.ts';
import { observeSteps } from './incidents/observe-steps.ts';
import { madeUpAlarm, type PlanDeps, planAlarm } from './incidents/plan/plan-alarm.ts';
import { createQueries } from './incidents/queries.ts';
import { createQueuePoller, type QueuePoller } from './incidents/queue/queue-poller.ts';
import { takeMessage } from './incidents/queue/take-message.ts';
import { Refusals } from './incidents/refusals.ts';
import { createHousekeeping, type Housekeeping } from './incidents/retention/housekeeping.ts';
import type { RunnerDeps } from './incidents/step.ts';
import type { IncidentStore } from './incidents/store-port.ts';
import { createTriage } from './incidents/triage/triage-commands.ts';
import { capsOf, captureMs, limitsOf, retentionOf } from './policies.ts';
import type { Limits } from './rules/decide.ts';
import type { Place } from './rules/place.ts';
import type { RuleBook } from './rules/rule-book.ts';
import { readRulesFile } from './rules-file/read-rules-file.ts';
import { WatchedRules } from './rules-file/watched-rules.ts';
import { loadRulesText } from './rules-text.ts';
import { systemClock } from './shared/clock.ts';
import type { GroupName } from './shared/ids.ts';
import { type Log, silentLog } from './shared/log.ts';
import { onceFor } from './shared/once-for.ts';
import { queueArn } from './shared/queue-address.ts';
import { type BackedUp, backUp } from './store/backup/back-up.ts';
import type { Db } from './store/database.ts';
import { openSqliteStore } from './store/open-store.ts';
import { localStore } from './store/store-calls.ts';
import { openStoreThreads, type StoreThreads } from './store/thread/store-thread.ts';

const ROOT = join(import.meta.dirname, '..');
const MIGRATIONS = join(ROOT, 'migrations');
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
  const around = aroundOf(config, aws, () => rules?.book);
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
  const work = runnerDeps(config, around, store, log, parts, limits);
  const runner = createRunner({
    ...work,
    ...secondOf(config, around.places, limits),
    ...baselineOf(config, around, limits, log),
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
function secondOf(config: Config, places: Places, limits: () => Limits): Pick<RunnerDeps, 'second'> {
  const afterMs = config.SECOND_CAPTURE_MINUTES * 60_000;
  return afterMs === 0 ? {} : { second: { afterMs, limits, stateOf: stateOfAlarm(places) } };
}

function baselineOf(
  config: Config,
  { aws, places }: Around,
  limits: () => Limits,
  log: Log,
): Pick<RunnerDeps, 'baseline'> {
  if (config.BASELINE === 'off') return {};
  const { CAPTURE_HZ: hz, CAPTURE_LEAD_SECONDS: leadSeconds, V8_MAX_PROCESSES: maxV8Processes } = config;
  const placeWith = onceFor(
    (there: PlaceClients): BaselinePlace => ({
      fleet: chooseDeps(config, there).fleet,
      transfer: transferDeps(config, aws, log, there),
    }),
  );
  const at = ({ accountId, region }: Place) => placeWith(places.clientsAt({ accountId, region }));
  const minAgeMs = config.PEER_MIN_AGE_SECONDS * 1000;
  return { baseline: { limits, at, hz, minAgeMs, leadSeconds, maxV8Processes } };
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

/** Throws what `backUp` throws. */
export function backUpData({ DATA_DIR }: Config, folder: string, signal: AbortSignal): Promise<BackedUp> {
  return backUp(DATA_DIR, folder, MIGRATIONS, signal);
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
