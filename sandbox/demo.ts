/**
 * The whole story on one machine: an AWS on a local port, a fleet of real processes, the service; an instance catches
 * fire. Without any option the service begins with three months of history; demo/demo-options.ts says what there is.
 */
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { DemoConsole } from './demo/demo-console.ts';
import {
  ALARM_THRESHOLD,
  CAPTURE_SECONDS,
  type DemoEnvironment,
  startDemoEnvironment,
} from './demo/demo-environment.ts';
import { DEMO_HELP, type DemoOptions, readDemoOptions } from './demo/demo-options.ts';
import type { FireControl } from './demo/fire-control.ts';
import { FIRES } from './demo/fires.ts';
import { type DemoIncident, type DemoReport, incidentIds } from './demo/incident-api.ts';
import { saveOutput } from './demo/save-output.ts';
import { fireControl, runSession } from './demo/session.ts';
import { brewStorm } from './demo/storm.ts';
import { latestCpu, waitingWords } from './demo/waiting-words.ts';
import { watchIncident } from './demo/watch-incident.ts';

const PORT = 3000;
/**
 * From the fire to the mail. On two quiet cores it takes about 45 s; where each CPU is wanted by nine, everything takes
 * longer, the service too, which has this machine as well; and in a storm much is done again.
 */
const DEADLINE_MS = 400_000;
const LOOPS_PER_CPU = 8;

/** Ctrl-C, or the terminal went away: what was built is taken down, and the exit code says so (128 + 2). */
class Interrupted extends Error {}
const INTERRUPTED = 130;
const OWN_TURN_MS = 500;

/** In `--once` any free port will do; else the address in the README, or another one when it is taken. */
async function environmentOn(
  demoConsole: DemoConsole,
  wanted: DemoOptions,
  signal: AbortSignal,
): Promise<DemoEnvironment> {
  const options = {
    say: (text: string) => demoConsole.say(text),
    signal,
    nodeFlags: wanted.nodeFlags,
    storm: wanted.storm,
    seeded: !wanted.once && !wanted.storm && !wanted.crowd,
  };
  if (wanted.once) return startDemoEnvironment({ ...options, port: 0 });
  try {
    return await startDemoEnvironment({ ...options, port: PORT });
  } catch (error) {
    if (!(error as Error).message.includes('EADDRINUSE')) throw error;
    demoConsole.say(`port ${PORT} is in use; using another one`);
    return startDemoEnvironment({ ...options, port: 0 });
  }
}

function tellVerdict(demoConsole: DemoConsole, report: DemoReport | null): void {
  if (!report) throw new Error('the incident has no report');
  demoConsole.say(`VERDICT     ${report.verdict.headline}`);
  for (const capture of report.captures) {
    const cores = (capture.cores ?? 0).toFixed(2);
    demoConsole.detail(`${capture.role.padEnd(4)} ${capture.instanceId}: ${capture.samples} samples, ${cores} cores`);
  }
}

/** The first fire, from the first spark to the mail. */
async function firstIncident(stage: Stage, wanted: DemoOptions, signal: AbortSignal): Promise<DemoIncident> {
  const { demo, demoConsole, control, known } = stage;
  await control.ignite(FIRES[0], signal);
  const victim = control.burning?.instanceId ?? '';
  if (wanted.crowd) {
    const loops = LOOPS_PER_CPU * availableParallelism();
    demo.fleet.startCrowd(victim, loops);
    demoConsole.say(`CROWD       a job on ${victim} runs wild: ${loops} busy loops`);
  }
  const over = new AbortController();
  const say = (text: string) => demoConsole.say(text);
  const weather = demo.weather && brewStorm(demo.service.url, demo.weather, say, over.signal);
  const waiting = async () => {
    const cpu = await latestCpu(demo.cloudWatch, victim).catch(() => null);
    return waitingWords({ cpu, alarmAt: ALARM_THRESHOLD, instanceId: victim });
  };
  const deadlineMs = Date.now() + DEADLINE_MS;
  const watch = { base: demo.service.url, demoConsole, captureSeconds: CAPTURE_SECONDS, deadlineMs, waiting, known };
  try {
    return await Promise.race([watchIncident(watch), interruption(signal)]);
  } finally {
    over.abort();
    await weather;
    if (wanted.storm) demoConsole.say(`MAILS       ${demo.sandbox.mailbox().length}, through all of that`);
    // Nobody reads a report while their machine burns.
    if (wanted.crowd) await demo.fleet.stopJob(victim);
  }
}

interface Stage {
  readonly demo: DemoEnvironment;
  readonly demoConsole: DemoConsole;
  readonly control: FireControl;
  /** Incidents that were there before. */
  readonly known: ReadonlySet<string>;
}

async function playOnce(stage: Stage, wanted: DemoOptions, signal: AbortSignal): Promise<void> {
  const incident = await firstIncident(stage, wanted, signal);
  tellVerdict(stage.demoConsole, incident.report);
  await saveOutput(stage.demo.service.url, incident, stage.demoConsole, wanted.crowd);
}

/** What fails is told, and everything stays up: the pages are there to look at, and the next fire is a key away. */
async function play(stage: Stage, wanted: DemoOptions, stop: AbortController): Promise<void> {
  const { demo, demoConsole } = stage;
  try {
    const incident = await firstIncident(stage, wanted, stop.signal);
    tellVerdict(demoConsole, incident.report);
    demoConsole.detail(`report        ${demo.service.url}/incidents/${incident.id}`);
  } catch (error) {
    if (await isInterrupted(stop.signal)) throw stop.signal.reason;
    demoConsole.say(`FAILED      ${error instanceof Error ? error.message : String(error)}`);
    demoConsole.detail('The service stays up. Try again with a key, or on the page of the fire control.');
  }
  const known = new Set(await incidentIds(demo.service.url).catch(() => []));
  const interrupt = () => stop.abort(new Interrupted('interrupted'));
  const session = runSession({ ...stage, known, interrupt, signal: stop.signal });
  await Promise.race([session, interruption(stop.signal).catch(() => undefined)]);
}

/** Rejects when the signal aborts. */
function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function main(wanted: DemoOptions): Promise<void> {
  const demoConsole = new DemoConsole();
  const stop = new AbortController();
  // Once: a second Ctrl-C does not wait for the tidying.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stop.abort(new Interrupted('interrupted')));
  }
  let demo: DemoEnvironment | undefined;
  try {
    demo = await environmentOn(demoConsole, wanted, stop.signal);
    const known = new Set(await incidentIds(demo.service.url));
    const stage = { demo, demoConsole, control: fireControl(demo, demoConsole), known };
    if (wanted.once) await playOnce(stage, wanted, stop.signal);
    else await play(stage, wanted, stop);
  } catch (error) {
    if (await isInterrupted(stop.signal)) throw stop.signal.reason;
    for (const line of demo?.service.log().slice(-30) ?? []) process.stderr.write(`${line}\n`);
    throw error;
  } finally {
    await demo?.close();
  }
}

/** Ctrl-C reaches the service, too, which may be gone before our own turn comes: a failure then is not a fault. */
async function isInterrupted(signal: AbortSignal): Promise<boolean> {
  if (!signal.aborted) {
    await Promise.race([interruption(signal).catch(() => undefined), setTimeout(OWN_TURN_MS)]);
  }
  return signal.aborted;
}

try {
  const options = readDemoOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(DEMO_HELP);
  else await main(options);
} catch (error) {
  const interrupted = error instanceof Interrupted;
  const words = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${interrupted ? '\ndemo interrupted; nothing was left behind' : `demo failed: ${words}`}\n`);
  process.exitCode = interrupted ? INTERRUPTED : 1;
}
