import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoConsole } from './demo-console.ts';
import { type DemoIncident, getJson } from './incident-api.ts';

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
];
/** Of a service that burns: a report that blames another program shows no code. */
const FILES_OF_FINDINGS = ['source.json'];

/**
 * Leaves what was reported under demo-output/. Throws when anything of the chain is missing; `crowded`: there is no
 * finding within the service.
 */
export async function saveOutput(
  base: string,
  incident: DemoIncident,
  demoConsole: DemoConsole,
  crowded: boolean,
): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const files = crowded ? FILES : [...FILES, ...FILES_OF_FINDINGS];
  for (const name of files) {
    const answer = await fetch(`${base}/incidents/${incident.id}/files/${name}`);
    if (!answer.ok) throw new Error(`the report has no ${name} (${answer.status})`);
    writeFileSync(join(FOLDER, name), new Uint8Array(await answer.arrayBuffer()));
  }
  const whole = await getJson<object>(`${base}/api/v1/incidents/${incident.id}`);
  writeFileSync(join(FOLDER, 'incident.json'), `${JSON.stringify(whole, null, 2)}\n`);
  const { report } = incident;
  if (!report || report.shortcomings.length > 0)
    throw new Error(`the report is partial: ${report?.shortcomings.join(' ')}`);
  if (!crowded && report.findings.length === 0)
    throw new Error(`the report names no finding: ${report.verdict.headline}`);
  demoConsole.say(`saved       ${files.length + 1} files in demo-output/`);
}
