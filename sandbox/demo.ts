/**
 * The whole story on one machine: an AWS on a local port, a fleet of real processes, the service; an instance catches
 * fire. `--once` exits after the first mailed report and leaves it under demo-output/.
 */
import { setTimeout } from 'node:timers/promises';
import { saveOutput } from './demo/save-output.ts';
import { CAPTURE_SECONDS, type Stage, setStage } from './demo/stage.ts';
import { Story } from './demo/story.ts';
import { type DemoReport, watchIncident } from './demo/watch-incident.ts';

const PORT = 3000;
/** From the fire to the mail; on two quiet cores it takes about 40 s. */
const DEADLINE_MS = 150_000;

/** Ctrl-C, or the terminal went away: what was built is taken down, and the exit code says so (128 + 2). */
class Interrupted extends Error {}
const INTERRUPTED = 130;
const OWN_TURN_MS = 500;

/** In `--once` any free port will do; else the address in the README, or another one when it is taken. */
async function stageOn(once: boolean, story: Story, signal: AbortSignal): Promise<Stage> {
  const say = (text: string) => story.say(text);
  if (once) return setStage({ port: 0, say, signal });
  try {
    return await setStage({ port: PORT, say, signal });
  } catch (error) {
    if (!(error as Error).message.includes('EADDRINUSE')) throw error;
    story.say(`port ${PORT} is taken; using another one`);
    return setStage({ port: 0, say, signal });
  }
}

function tellVerdict(story: Story, report: DemoReport | null): void {
  if (!report) throw new Error('the incident has no report');
  story.say(`VERDICT     ${report.verdict.headline}`);
  for (const capture of report.captures) {
    const cores = (capture.cores ?? 0).toFixed(2);
    story.detail(`${capture.role.padEnd(4)} ${capture.instanceId}: ${capture.samples} samples, ${cores} cores`);
  }
}

async function tell(stage: Stage, story: Story, once: boolean, signal: AbortSignal): Promise<void> {
  const victim = stage.fleet.instances[1] ?? stage.fleet.instances[0];
  if (!victim) throw new Error('the fleet is empty');
  await stage.fleet.ignite(victim.id);
  story.say(`FIRE        a poisoned newsletter reaches ${victim.id}`);
  const watching = watchIncident(stage.service.url, story, CAPTURE_SECONDS, Date.now() + DEADLINE_MS);
  const incident = await Promise.race([watching, interruption(signal)]);
  tellVerdict(story, incident.report);
  if (once) {
    await saveOutput(stage.service.url, incident, story);
    return;
  }
  story.detail(`report   ${stage.service.url}/incidents/${incident.id}`);
  story.detail(`mailbox  ${stage.sandbox.endpoint}/mailbox`);
  story.detail('Ctrl-C ends it.');
  await interruption(signal).catch(() => undefined);
}

/** Rejects when the signal aborts. */
function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function main(once: boolean): Promise<void> {
  const story = new Story();
  const stop = new AbortController();
  // Once: a second Ctrl-C does not wait for the tidying.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stop.abort(new Interrupted('interrupted')));
  }
  let stage: Stage | undefined;
  try {
    stage = await stageOn(once, story, stop.signal);
    await tell(stage, story, once, stop.signal);
  } catch (error) {
    if (await isInterrupted(stop.signal)) throw stop.signal.reason;
    for (const line of stage?.service.log().slice(-30) ?? []) process.stderr.write(`${line}\n`);
    throw error;
  } finally {
    await stage?.close();
  }
}

/** Ctrl-C reaches the service, too, which may be gone before our own turn comes: what failed then is no fault. */
async function isInterrupted(signal: AbortSignal): Promise<boolean> {
  if (!signal.aborted) {
    await Promise.race([interruption(signal).catch(() => undefined), setTimeout(OWN_TURN_MS)]);
  }
  return signal.aborted;
}

try {
  await main(process.argv.includes('--once'));
} catch (error) {
  const interrupted = error instanceof Interrupted;
  const words = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${interrupted ? '\ndemo interrupted; nothing is left behind' : `demo failed: ${words}`}\n`);
  process.exitCode = interrupted ? INTERRUPTED : 1;
}
