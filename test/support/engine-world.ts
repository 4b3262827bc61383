/** The engine with fakes around a real store, for tests that let an incident run its whole course. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { decodeCapture } from '../../service/convert/load-capture.ts';
import type { BaselineDeps } from '../../service/incidents/baseline/baseline-deps.ts';
import { confirmInlining } from '../../service/incidents/confirm/confirm-inlining.ts';
import type { AnalysisPort } from '../../service/incidents/files/analysis-port.ts';
import { mailParts } from '../../service/incidents/files/mail-parts.ts';
import { rawMail } from '../../service/incidents/files/raw-mail.ts';
import type { IncidentState } from '../../service/incidents/incident.ts';
import { createRunner, type Runner } from '../../service/incidents/lanes/runner.ts';
import type {
  AlarmTargetsPort,
  CommandsPort,
  FleetPort,
  MailPort,
  SubscriptionsPort,
} from '../../service/incidents/ports.ts';
import { secondStep } from '../../service/incidents/second/second-step.ts';
import type { SecondDeps } from '../../service/incidents/second/second-work.ts';
import { fetchSource } from '../../service/incidents/source/fetch-source.ts';
import { analyzeStep } from '../../service/incidents/steps/analyze.ts';
import { collectStep } from '../../service/incidents/steps/collect.ts';
import { CommandTraffic } from '../../service/incidents/steps/command-traffic.ts';
import { deliverNews } from '../../service/incidents/steps/deliver.ts';
import { dispatchStep } from '../../service/incidents/steps/dispatch.ts';
import { notifyStep } from '../../service/incidents/steps/notify.ts';
import { reportFailureStep } from '../../service/incidents/steps/report-failure.ts';
import { targetStep } from '../../service/incidents/steps/target.ts';
import { writeReportStep } from '../../service/incidents/steps/write-report.ts';
import type { IncidentStore } from '../../service/incidents/store-port.ts';
import type { Profile } from '../../service/profile/profile.ts';
import type { Excerpts } from '../../service/report/source/source-data.ts';
import type { Limits } from '../../service/rules/decide.ts';
import type { RuleBook } from '../../service/rules/rule-book.ts';
import type { Clock } from '../../service/shared/clock.ts';
import type { GroupName, IncidentId, InstanceId } from '../../service/shared/ids.ts';
import { type Log, silentLog } from '../../service/shared/log.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { HOT, PEER } from './accept-alarm.ts';
import { FakeCommands, type FakeRun } from './fakes/fake-commands.ts';
import { FakeFleet, member } from './fakes/fake-fleet.ts';
import { FakeMail } from './fakes/fake-mail.ts';
import { ManualClock } from './fakes/manual-clock.ts';
import { filesOf, inlineAnalysis, MemoryCache, sha256 } from './inline-analysis.ts';
import { openTestStore } from './open-test-store.ts';

export const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
/** More than a test has at once. */
export const CAPS = { atOnce: 100, perGroup: 100, perAccount: 100 };
const V8_OFF = { engine: 'off', maxProcesses: 4 } as const;
const GROUP = 'web-prod' as GroupName;
const capture = (name: string) =>
  readFileSync(join(import.meta.dirname, `../fixtures/captures/busy-${name}.capture.gz`));
const CAPTURES = new Map<InstanceId, Buffer>([
  [HOT, capture('hot')],
  [PEER, capture('healthy')],
]);
/** The first answer carries this much, so that the rest has to be fetched. */
const FIRST_PART = 1000;

/** What the script would print on the instance. */
export function answer(script: string, instanceId: InstanceId): FakeRun {
  const whole = CAPTURES.get(instanceId) ?? Buffer.alloc(0);
  const id = /'--id' '([^']+)'/.exec(script)?.[1] ?? '';
  if (script.includes("main 'source'")) return sourceAnswer(id, script);
  const offset = Number(/'--offset' '(\d+)'/.exec(script)?.[1] ?? 0);
  if (script.includes("main 'clean'")) return printed('', { smokejumper: 1, ok: true, id });
  const part = whole.subarray(offset, script.includes("main 'run'") ? FIRST_PART : offset + 17_400);
  const chunk = { offset, length: part.length };
  return printed(part.toString('base64'), {
    smokejumper: 1,
    ok: true,
    id,
    bytes: whole.length,
    sha256: sha256(whole),
    chunk,
  });
}

/** The same six lines around every place. */
function sourceAnswer(id: string, script: string): FakeRun {
  const places = [...script.matchAll(/'--place' '\d+:(\d+):/g)].map(([, line]) => Number(line));
  const excerpt = {
    lines: ['// busy', '', 'const http = 1;', 'function handle(request) {', '  return spin(request);', '}'],
    first: 1,
    path: 'busy.js',
    original: null,
    package: { name: 'busy', version: '1.0.0' },
    deploy: { commit: 'c0ffee'.padEnd(40, '0'), revision: null, release: null },
  };
  const text = places.map((line) => `${JSON.stringify({ ...excerpt, line })}\n`).join('');
  const { length } = places;
  return printed(gzipSync(text).toString('base64'), { smokejumper: 1, ok: true, id, places: length, kept: length });
}

export function printed(base64: string, report: object): FakeRun {
  return { exitCode: 0, stdout: `${base64}\n${JSON.stringify(report)}\n`, stderr: '' };
}

export interface WorldOptions {
  readonly execute?: (script: string, instanceId: InstanceId) => FakeRun;
  readonly reachable?: readonly InstanceId[];
  readonly members?: readonly InstanceId[];
  readonly installPerf?: boolean;
}

/** What a runner works with; a test may put something between. */
export interface Ports {
  readonly store: IncidentStore;
  readonly clock: Clock;
  readonly commands: CommandsPort;
  readonly fleet: FleetPort;
  readonly mail: MailPort;
  readonly subscriptions: SubscriptionsPort;
  readonly alarmTargets: AlarmTargetsPort;
  /** Instead of the one that reads with `decode`. */
  readonly analysis?: AnalysisPort;
  readonly log?: Log;
  /** What is recorded once more. */
  readonly second?: SecondDeps;
  readonly book?: RuleBook;
  /** By which further groups under a composite alarm are decided on. */
  readonly limits?: () => Limits;
  /** Recordings of healthy members. */
  readonly baseline?: BaselineDeps;
}

/** `decode`: what an instance sent, as the engine reads it. */
export function runnerOf(
  ports: Ports,
  decode: (bytes: Uint8Array) => Promise<Profile> = decodeCapture,
  excerpts: Excerpts = 'pages',
  installPerf = false,
  planConfirmation = false,
): Runner {
  const { store, clock, commands, fleet, mail, subscriptions, alarmTargets } = ports;
  const { analysis = inlineAnalysis({ decodeProfile: (bytes) => decode(bytes) }), log = silentLog } = ports;
  const traffic = new CommandTraffic(clock);
  const cache = new MemoryCache();
  const files = filesOf(store, analysis, cache);
  const book = () => ports.book;
  const publicUrl = () => 'https://smokejumper.example.com';
  const making = { cache, sha256, version: '0.1.0' };
  const report = { store, clock, log, analysis, files, publicUrl, excerpts };
  const composed = rawMail({ ...report, ...making, mail });
  const gunzip = (bytes: Uint8Array) => gunzipSync(bytes, { maxOutputLength: 1 << 20 });
  const url = 'https://git.example.com/{commit}/{path}#L{line}';
  return createRunner({
    store,
    clock,
    log,
    owner: 'test',
    ...(ports.second && { second: ports.second }),
    ...(ports.baseline && { baseline: ports.baseline }),
    steps: {
      accepted: secondStep(
        { store, fleet },
        targetStep({
          ...{ store, fleet, alarmTargets, clock, book, peers: 1, peerMinAgeMs: 0, seconds: 8, hz: 99 },
          ...(ports.limits && { limits: ports.limits }),
        }),
      ),
      targeted: dispatchStep({
        store,
        commands,
        traffic,
        clock,
        log: silentLog,
        leadSeconds: 5,
        v8: V8_OFF,
        installPerf,
      }),
      dispatched: collectStep({ store, commands, traffic, clock, log: silentLog, uploads: null, sha256, installPerf }),
      collected: analyzeStep({ ...report, planSource: excerpts !== 'off', planConfirmation }),
      analyzed: writeReportStep({
        ...report,
        fetchSource: fetchSource({ store, commands, clock, log: silentLog, gunzip, url }),
        confirmInlining: confirmInlining({ store, commands, clock, log: silentLog, analysis, sha256 }),
      }),
      failed: reportFailureStep(report),
      reported: notifyStep({ store, rawMail: composed, clock, to: ['oncall@example.com'], reportTopicArn: null }),
    },
    deliver: deliverNews({
      ...{ store, mail, subscriptions, rawMail: composed, publicUrl, sha256 },
      mailParts: (id, signal) => mailParts(report, id, signal),
    }),
    caps: CAPS,
  });
}

export function setUp(world: WorldOptions = {}) {
  const members = (world.members ?? [HOT, PEER]).map((id) => member(id, GROUP));
  const percent = new Map([
    [HOT, 80],
    [PEER, 20],
  ]);
  const clock = new ManualClock(NOW);
  const store = openTestStore();
  const ports = {
    store: localStore(store),
    clock,
    mail: new FakeMail(),
    commands: new FakeCommands(world.reachable ?? [HOT, PEER], world.execute ?? answer),
    fleet: new FakeFleet(members, percent),
    subscriptions: { confirm: async () => '', subscribe: async () => '', publish: async () => undefined },
    alarmTargets: { childrenOf: async () => [], stateOf: async () => null },
  };
  return {
    ...ports,
    store,
    ports,
    files: filesOf(ports.store),
    runner: runnerOf(ports, undefined, undefined, world.installPerf),
  };
}

/** One step, while time goes on: a step that sleeps (between looks at a chunk) needs that. */
export async function tickOnce(
  clock: ManualClock,
  runner: Pick<Runner, 'tick'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  let over = false;
  const tick = runner.tick(signal).finally(() => {
    over = true;
  });
  tick.catch(() => undefined);
  for (let turn = 0; !over && turn < 1000; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10);
  }
  await tick;
  clock.advance(1000);
}

/** Lets time pass until the incident has ended; an hour is more than any limit of a capture. */
export async function runToEnd(world: ReturnType<typeof setUp>, id: IncidentId): Promise<IncidentState | undefined> {
  for (let second = 0; second < 3600 && world.store.incident(id)?.state !== 'notified'; second++) {
    await tickOnce(world.clock, world.runner);
  }
  return world.store.incident(id)?.state;
}
