/** Builds what carries an incident from its alarm to the mail: the steps, and what makes reports. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { type AnalysisParts, createAnalysis } from './analysis/create-analysis.ts';
import { createAlarmTargets } from './aws/alarm-targets.ts';
import type { AwsClients, PlaceClients } from './aws/clients.ts';
import { createCommands } from './aws/commands.ts';
import type { SentDocument } from './aws/document.ts';
import { createFleet } from './aws/fleet/fleet.ts';
import { createPlaces, type Places } from './aws/places/places.ts';
import { sesSender } from './aws/ses-sender.ts';
import { createSubscriptions } from './aws/subscriptions.ts';
import { createUploads } from './aws/uploads.ts';
import { scriptText } from './capture/script-call.ts';
import { documentParameters } from './capture/ssm-document.ts';
import type { Config } from './config.ts';
import type { TransferDeps } from './incidents/capture-transfer.ts';
import { confirmInlining } from './incidents/confirm/confirm-inlining.ts';
import { freshDrillStep } from './incidents/drill/stale.ts';
import { type MailDeps, mailParts } from './incidents/files/mail-parts.ts';
import { type RawMail, rawMail } from './incidents/files/raw-mail.ts';
import type { Incident } from './incidents/incident.ts';
import { secondStep } from './incidents/second/second-step.ts';
import { fetchSource } from './incidents/source/fetch-source.ts';
import type { RunnerDeps, Step, Steps } from './incidents/step.ts';
import { analyzeStep } from './incidents/steps/analyze.ts';
import type { ChooseDeps } from './incidents/steps/choose-for.ts';
import { collectStep } from './incidents/steps/collect.ts';
import { CommandTraffic } from './incidents/steps/command-traffic.ts';
import { deliverNews } from './incidents/steps/deliver.ts';
import { dispatchStep } from './incidents/steps/dispatch.ts';
import { notifyStep } from './incidents/steps/notify.ts';
import { type RecheckDeps, recheckStep } from './incidents/steps/recheck.ts';
import { reportFailureStep } from './incidents/steps/report-failure.ts';
import { targetStep } from './incidents/steps/target.ts';
import { unmutedStep } from './incidents/steps/unmuted.ts';
import { writeReportStep } from './incidents/steps/write-report.ts';
import type { IncidentStore } from './incidents/store-port.ts';
import { createMailer, type Mailer } from './mail/mailer.ts';
import { capsOf, ownPlaceOf } from './policies.ts';
import { packRemoteScripts, readDocumentContent, readSsmDocument } from './remote-scripts.ts';
import type { Limits } from './rules/decide.ts';
import { placeOf } from './rules/place.ts';
import type { RuleBook, Target } from './rules/rule-book.ts';
import { systemClock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import { onceFor } from './shared/once-for.ts';
import { SENT_JOURNAL } from './store/thread/store-thread.ts';

const ROOT = join(import.meta.dirname, '..');
/** Ten excerpts of 40 lines of 200 characters, each twice where there is a source map, as JSON. */
const MAX_SOURCE_BYTES = 1 << 20;

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

/** The AWS of whatever account and region an alarm is about. `targets`: as the rules file names them now. */
export function placesOf(config: Config, clients: AwsClients, targets: () => readonly Target[]): Places {
  return createPlaces({ own: ownPlaceOf(config), clients, targets, clock: systemClock });
}

/** The state of an alarm now, asked where the alarm itself is; null when CloudWatch does not know it. */
export function stateOfAlarm(places: Places): RecheckDeps['stateOf'] {
  return (alarm, signal) => createAlarmTargets(places.clientsAt(alarm).cloudWatch).stateOf(alarm, signal);
}

/** What `chooseFor` needs, from AWS. */
export function chooseDeps(config: Config, aws: PlaceClients): ChooseDeps {
  return {
    fleet: createFleet(aws, { periodSeconds: config.METRIC_PERIOD_SECONDS, peerTag: config.PEER_TAG }),
    alarmTargets: createAlarmTargets(aws.cloudWatch),
    clock: systemClock,
    peers: config.PEERS,
    peerMinAgeMs: config.PEER_MIN_AGE_SECONDS * 1000,
  };
}

/** Sending commands to instances, and fetching what they recorded. `there`: where the instances are. */
export function transferDeps(config: Config, aws: AwsClients, log: Log, there: PlaceClients = aws): TransferDeps {
  return {
    commands: createCommands(there.ssm, { document: sentDocument(config.SSM_DOCUMENT), deliverySeconds: 60 }),
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

/** What incidents are handled with. */
export interface Around {
  /** The service's own. */
  readonly aws: AwsClients;
  readonly places: Places;
  /** The rules file as it is now; undefined where there is none. */
  readonly book: () => RuleBook | undefined;
}

/** The AWS around a command or the service, and its rules. */
export function aroundOf(config: Config, aws: AwsClients, book: () => RuleBook | undefined): Around {
  return { aws, book, places: placesOf(config, aws, () => book()?.targets ?? []) };
}

/** From these states a step leads on. */
const WORKED = ['accepted', 'targeted', 'dispatched', 'collected', 'analyzed', 'failed', 'reported'] as const;
type AllSteps = Readonly<Record<(typeof WORKED)[number], Step>>;

/** Each step is done with the AWS of the account and region that its incident is about. */
function stepsByPlace(places: Places, stepsOf: (there: PlaceClients) => AllSteps): Steps {
  const stepsAt = onceFor(stepsOf);
  const at = (incident: Incident) => stepsAt(places.clientsAt(placeOf(incident.alarm)));
  const step =
    (state: (typeof WORKED)[number]): Step =>
    (incident, signal) =>
      at(incident)[state](incident, signal);
  return Object.fromEntries(WORKED.map((state) => [state, step(state)]));
}

/** `there`: where the instances are. */
function createSteps(
  config: Config,
  { aws, places, book, there }: Around & { readonly there: PlaceClients },
  store: IncidentStore,
  log: Log,
  { analysis, files, report, rawMail: composed }: Reporting,
  limits: (() => Limits) | undefined,
): AllSteps {
  const clock = systemClock;
  const transfer = transferDeps(config, aws, log, there);
  const { commands } = transfer;
  const traffic = new CommandTraffic(clock);
  const choose = chooseDeps(config, there);
  return {
    accepted: recheckStep(
      {
        clock,
        log,
        stateOf: stateOfAlarm(places),
        maxQueueMs: config.MAX_QUEUE_SECONDS * 1000,
      },
      secondStep(
        { store, fleet: choose.fleet },
        unmutedStep(
          { store, clock },
          targetStep({
            ...{ ...choose, book, store, seconds: config.CAPTURE_SECONDS, hz: config.CAPTURE_HZ },
            ...(limits && { limits }),
          }),
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

/**
 * All that a runner needs but its name and what it counts. `limits`: by what further groups under a composite alarm are
 * decided on; absent where nobody would work on what that opens.
 */
export function runnerDeps(
  config: Config,
  around: Around,
  store: IncidentStore,
  log: Log,
  parts: Reporting,
  limits?: () => Limits,
): Omit<RunnerDeps, 'owner'> {
  const { aws, places } = around;
  const { report, mail, rawMail: composed } = parts;
  return {
    store,
    steps: stepsByPlace(places, (there) => createSteps(config, { ...around, there }, store, log, parts, limits)),
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

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function version(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}
