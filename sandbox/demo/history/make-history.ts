/**
 * Records anew what the history of the demo is made of: `node sandbox/demo/history/make-history.ts [FIRE …]`, where
 * little else runs.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DemoConsole } from '../demo-console.ts';
import { ALARM_THRESHOLD, CAPTURE_SECONDS, type DemoEnvironment, startDemoEnvironment } from '../demo-environment.ts';
import { FIRES, type Fire } from '../fires.ts';
import { type DemoIncident, getJson, incidentIds } from '../incident-api.ts';
import { fireControl } from '../session.ts';
import { latestCpu, waitingWords } from '../waiting-words.ts';
import { watchIncident } from '../watch-incident.ts';

const MAIN = join(import.meta.dirname, '../../../service/cli/main.ts');
const HISTORY = join(import.meta.dirname, 'recorded');
const DEADLINE_MS = 400_000;
const TRIES = 3;
const LOOK_MS = 500;
/** What the copies say of themselves. */
const DESCRIPTION =
  'An instance of the group uses too much CPU. Seeded: an earlier run of the demo recorded this; its date is made up.';

/** What the report must say for an incident to be kept: a busy machine may drown the one or the other. */
const SAYS: Readonly<Record<string, RegExp>> = {
  html: /parseHTML/,
  json: /decodeBook/,
  regex: /matchesRule/,
  gzip: /gzip/,
};

const demoConsole = new DemoConsole();
const never = new AbortController().signal;
const asked = process.argv.slice(2);
const demo = await startDemoEnvironment({ port: 0, say: (text) => demoConsole.say(text) });
const control = fireControl(demo, demoConsole);
try {
  for (const fire of FIRES.filter(({ id }) => id in SAYS && (asked.length === 0 || asked.includes(id)))) {
    await make(demo, fire);
  }
} finally {
  await demo.close();
}

async function make(stage: DemoEnvironment, fire: Fire): Promise<void> {
  for (let left = TRIES; left > 0; left--) {
    const incident = await burn(stage, fire);
    const said = incident.report?.verdict.headline ?? 'no report';
    const isRight = SAYS[fire.id]?.test(said) === true && incident.report?.shortcomings.length === 0;
    demoConsole.say(`${isRight ? 'KEPT' : 'NOT KEPT'}  ${fire.id}: ${said}`);
    if (isRight) return keep(stage, fire, incident.id);
  }
  throw new Error(`no incident of ${TRIES} says ${SAYS[fire.id]}`);
}

/** From the spark to the end of the alarm. */
async function burn(stage: DemoEnvironment, fire: Fire): Promise<DemoIncident> {
  const base = stage.service.url;
  const known = new Set(await incidentIds(base));
  await control.ignite(fire, never);
  const victim = control.burning?.instanceId ?? '';
  const waiting = async () => {
    const cpu = await latestCpu(stage.cloudWatch, victim).catch(() => null);
    return waitingWords({ cpu, alarmAt: ALARM_THRESHOLD, instanceId: victim });
  };
  const deadlineMs = Date.now() + DEADLINE_MS;
  const watch = { base, demoConsole, captureSeconds: CAPTURE_SECONDS, deadlineMs, waiting, known };
  const incident = await watchIncident(watch);
  await control.extinguish();
  const closed = () => getJson<{ closedAtMs: number | null }>(`${base}/api/v1/incidents/${incident.id}`);
  while ((await closed()).closedAtMs === null) await pause(LOOK_MS);
  return incident;
}

/** What was recorded and said; the files that are made of it are left out. */
function keep(stage: DemoEnvironment, fire: Fire, id: string): void {
  const exported = mkdtempSync(join(tmpdir(), 'smokejumper-history-'));
  const folder = join(HISTORY, fire.id);
  try {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...stage.serviceEnvironment };
    const { status, stderr } = spawnSync(process.execPath, [MAIN, 'incidents', 'export', id, '-o', exported], { env });
    if (status !== 0) throw new Error(`the export failed: ${stderr}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const index = JSON.parse(readFileSync(join(exported, 'incident.json'), 'utf8')) as { report: { alarm: object } };
    const { report } = index;
    const seeded = { ...index, report: { ...report, alarm: { ...report.alarm, description: DESCRIPTION } } };
    writeFileSync(join(folder, 'incident.json'), `${JSON.stringify(seeded)}\n`);
    for (const name of readdirSync(exported).filter((one) => one.endsWith('.capture.gz') || one === 'source.json')) {
      copyFileSync(join(exported, name), join(folder, name));
    }
  } finally {
    rmSync(exported, { recursive: true, force: true });
  }
}
