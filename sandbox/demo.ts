/**
 * The whole story on one machine: an AWS on a local port, a fleet of real processes, the service; an instance catches
 * fire. `--once` exits after the first mailed report and leaves it under demo-output/. `--no-flags` starts the fleet's
 * Node processes without flags: V8's profiler alone then knows the names. `--crowd` burns the machine as well: eight
 * busy loops for each CPU, until the report is there. `--storm`: meanwhile SSM throttles, the disk fills and the mail
 * server hangs, one after the other.
 */
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { DemoConsole } from './demo/demo-console.ts';
import { CAPTURE_SECONDS, type DemoEnvironment, startDemoEnvironment } from './demo/demo-environment.ts';
import { saveOutput } from './demo/save-output.ts';
import { brewStorm } from './demo/storm.ts';
import { type DemoReport, watchIncident } from './demo/watch-incident.ts';

const PORT = 3000;
/** From the fire to the mail; on two quiet cores it takes about 45 s. */
const DEADLINE_MS = 150_000;
/**
 * Where each CPU is wanted by nine, everything takes longer, the service too, which has this machine as well; and in a
 * storm much is done again.
 */
const SLOW_DEADLINE_MS = 400_000;
const LOOPS_PER_CPU = 8;

/** Ctrl-C, or the terminal went away: what was built is taken down, and the exit code says so (128 + 2). */
class Interrupted extends Error {}
const INTERRUPTED = 130;
const OWN_TURN_MS = 500;

interface Wanted {
  readonly once: boolean;
  readonly nodeFlags: boolean;
  readonly crowd: boolean;
  readonly storm: boolean;
}

/** In `--once` any free port will do; else the address in the README, or another one when it is taken. */
async function environmentOn(demoConsole: DemoConsole, wanted: Wanted, signal: AbortSignal): Promise<DemoEnvironment> {
  const options = {
    say: (text: string) => demoConsole.say(text),
    signal,
    nodeFlags: wanted.nodeFlags,
    storm: wanted.storm,
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

async function tell(
  demo: DemoEnvironment,
  demoConsole: DemoConsole,
  { once, crowd, storm }: Wanted,
  signal: AbortSignal,
): Promise<void> {
  const victim = demo.fleet.instances[1] ?? demo.fleet.instances[0];
  if (!victim) throw new Error('the fleet is empty');
  await demo.fleet.startOverload(victim.id);
  demoConsole.say(`FIRE        a poisoned newsletter reaches ${victim.id}`);
  if (crowd) {
    const loops = LOOPS_PER_CPU * availableParallelism();
    demo.fleet.startCrowd(victim.id, loops);
    demoConsole.say(`CROWD       a job on ${victim.id} runs wild: ${loops} busy loops`);
  }
  const over = new AbortController();
  const say = (text: string) => demoConsole.say(text);
  const weather = demo.weather && brewStorm(demo.service.url, demo.weather, say, over.signal);
  const deadlineMs = Date.now() + (crowd || storm ? SLOW_DEADLINE_MS : DEADLINE_MS);
  const watching = watchIncident(demo.service.url, demoConsole, CAPTURE_SECONDS, deadlineMs);
  const incident = await Promise.race([watching, interruption(signal)]).finally(() => over.abort());
  await weather;
  if (storm) demoConsole.say(`MAILS       ${demo.sandbox.mailbox().length}, through all of that`);
  // Nobody reads a report while their machine burns.
  await demo.fleet.stopCrowd(victim.id);
  tellVerdict(demoConsole, incident.report);
  if (once) {
    await saveOutput(demo.service.url, incident, demoConsole, crowd);
    return;
  }
  demoConsole.detail(`report   ${demo.service.url}/incidents/${incident.id}`);
  demoConsole.detail(`mailbox  ${demo.sandbox.endpoint}/mailbox`);
  demoConsole.detail('Press Ctrl-C to stop.');
  await interruption(signal).catch(() => undefined);
}

/** Rejects when the signal aborts. */
function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function main(wanted: Wanted): Promise<void> {
  const demoConsole = new DemoConsole();
  const stop = new AbortController();
  // Once: a second Ctrl-C does not wait for the tidying.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stop.abort(new Interrupted('interrupted')));
  }
  let demo: DemoEnvironment | undefined;
  try {
    demo = await environmentOn(demoConsole, wanted, stop.signal);
    await tell(demo, demoConsole, wanted, stop.signal);
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
  const asked = (option: string) => process.argv.includes(option);
  await main({
    once: asked('--once'),
    nodeFlags: !asked('--no-flags'),
    crowd: asked('--crowd'),
    storm: asked('--storm'),
  });
} catch (error) {
  const interrupted = error instanceof Interrupted;
  const words = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${interrupted ? '\ndemo interrupted; nothing was left behind' : `demo failed: ${words}`}\n`);
  process.exitCode = interrupted ? INTERRUPTED : 1;
}
