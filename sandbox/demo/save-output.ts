import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoConsole } from './demo-console.ts';
import { type DemoIncident, getJson } from './watch-incident.ts';

const FOLDER = join(import.meta.dirname, '../../demo-output');
const FILES = [
  'report.html',
  'mail.eml',
  'hot.svg',
  'healthy.svg',
  'differential.svg',
  'hot.png',
  'healthy.png',
  'differential.png',
  'source.json',
];

/** Leaves what was reported under demo-output/. Throws when anything of the chain is missing. */
export async function saveOutput(base: string, incident: DemoIncident, demoConsole: DemoConsole): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const name of FILES) {
    const answer = await fetch(`${base}/incidents/${incident.id}/files/${name}`);
    if (!answer.ok) throw new Error(`the report has no ${name} (${answer.status})`);
    writeFileSync(join(FOLDER, name), new Uint8Array(await answer.arrayBuffer()));
  }
  const whole = await getJson<object>(`${base}/api/v1/incidents/${incident.id}`);
  writeFileSync(join(FOLDER, 'incident.json'), `${JSON.stringify(whole, null, 2)}\n`);
  const { report } = incident;
  if (!report || report.shortcomings.length > 0)
    throw new Error(`the report is partial: ${report?.shortcomings.join(' ')}`);
  if (report.findings.length === 0) throw new Error(`the report names no finding: ${report.verdict.headline}`);
  demoConsole.say(`saved       ${[...FILES, 'incident.json'].length} files in demo-output/`);
}
