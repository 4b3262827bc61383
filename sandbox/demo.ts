/**
 * The whole story on one machine: an AWS on a local port, a fleet of real processes, the service; an instance catches
 * fire. `--once` exits after the first mailed report and leaves it under demo-output/.
 */
import { saveOutput } from './demo/save-output.ts';
import { CAPTURE_SECONDS, type Stage, setStage } from './demo/stage.ts';
import { Story } from './demo/story.ts';
import { type DemoReport, watchIncident } from './demo/watch-incident.ts';

const PORT = 3000;
/** From the fire to the mail; on two quiet cores it takes about 40 s. */
const DEADLINE_MS = 150_000;

/** In `--once` any free port will do; else the address in the README, or another one when it is taken. */
async function stageOn(once: boolean, story: Story): Promise<Stage> {
  const say = (text: string) => story.say(text);
  if (once) return setStage({ port: 0, say });
  try {
    return await setStage({ port: PORT, say });
  } catch (error) {
    if (!(error as Error).message.includes('EADDRINUSE')) throw error;
    story.say(`port ${PORT} is taken; using another one`);
    return setStage({ port: 0, say });
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

async function tell(stage: Stage, story: Story, once: boolean): Promise<void> {
  const victim = stage.fleet.instances[1] ?? stage.fleet.instances[0];
  if (!victim) throw new Error('the fleet is empty');
  await stage.fleet.ignite(victim.id);
  story.say(`FIRE        a poisoned newsletter reaches ${victim.id}`);
  const incident = await watchIncident(stage.service.url, story, CAPTURE_SECONDS, Date.now() + DEADLINE_MS);
  tellVerdict(story, incident.report);
  if (once) {
    await saveOutput(stage.service.url, incident, story);
    return;
  }
  story.detail(`report   ${stage.service.url}/incidents/${incident.id}`);
  story.detail(`mailbox  ${stage.sandbox.endpoint}/mailbox`);
  story.detail('Ctrl-C ends it.');
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
}

async function main(once: boolean): Promise<void> {
  const story = new Story();
  const stage = await stageOn(once, story);
  try {
    await tell(stage, story, once);
  } catch (error) {
    for (const line of stage.service.log().slice(-30)) process.stderr.write(`${line}\n`);
    throw error;
  } finally {
    await stage.close();
  }
}

try {
  await main(process.argv.includes('--once'));
} catch (error) {
  process.stderr.write(`demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
