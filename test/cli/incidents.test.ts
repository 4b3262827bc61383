/** Incidents from the shell: the database of a service, which is only looked at. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { svgToPng } from '../../service/raster/png.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { silentLog } from '../../service/shared/log.ts';
import { openSqliteStore } from '../../service/store/open-store.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm, cpuAlarm } from '../support/accept-alarm.ts';
import { reportedIncident } from '../support/browser/serve-incident.ts';
import { filesOf, inlineAnalysis } from '../support/inline-analysis.ts';
import { MIGRATIONS, temporaryFolder } from '../support/open-test-store.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');
const folder = temporaryFolder();
const data = join(folder, 'data');
let reported: IncidentId;
const accepted: IncidentId[] = [];

/** The service is there: another connection has the database open. */
const service = openSqliteStore(data, MIGRATIONS, 'writing');

before(async () => {
  const store = localStore(service.store);
  const analysis = inlineAnalysis({ rasterise: (svg) => svgToPng(svg, { width: 600, scale: 2 }) });
  const files = filesOf(store, analysis);
  const publicUrl = () => 'https://smokejumper.example.com';
  reported = await reportedIncident(service.store, {
    ...{ store, analysis, files, log: silentLog, publicUrl },
    excerpts: 'mail',
  });
  await store.addDeliveries(reported, [{ channel: 'mail', recipient: 'oncall@example.com' }], Date.now());
  for (const [name, minute] of [
    ['api', 1],
    ['web \u001b[31m', 2],
  ] as const) {
    const nowMs = Date.UTC(2026, 10, 24, 3, minute);
    accepted.push(acceptAlarm(service.store, { nowMs, alarm: cpuAlarm(nowMs, { name, key: name }) }));
  }
});

function incidents(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env.PATH, DATA_DIR: data, PUBLIC_URL: 'https://smokejumper.example.com', ...more };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'incidents', ...args], {
    ...{ encoding: 'utf8', cwd: folder, env },
  });
  return { code: status, out: stdout, err: stderr };
}

test('list prints the newest first, a line each in the width of the terminal, free of control characters', () => {
  const { code, out, err } = incidents(['list'], { COLUMNS: '90' });
  assert.equal(code, 0, err);
  const lines = out.trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^ID +OPENED \(UTC\) +STATE +GROUP/);
  assert.match(lines.find((line) => line.startsWith(reported)) ?? '', /2026-11-23 03:00 +notified/);
  assert.deepEqual(out.match(/^inc-\w+/gm), [...accepted.toReversed(), reported]);
  for (const line of lines) assert.ok([...line].length <= 90, line);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
  assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f]/);
  assert.match(err, /^3 incidents\.$/m);
  const narrow = incidents(['list'], { COLUMNS: '60' }).out.split('\n');
  for (const line of narrow) assert.ok([...line].length <= 60, line);
});

test('list takes words, a group and a limit, and goes on behind a page', () => {
  const ids = (args: readonly string[]) => {
    const { code, out, err } = incidents(['list', '--json', ...args]);
    assert.equal(code, 0, err);
    const page = JSON.parse(out) as { incidents: { id: string }[]; total: number | null; older: string | null };
    return { ...page, ids: page.incidents.map(({ id }) => id) };
  };
  assert.deepEqual(ids(['api']).ids, [accepted[0]]);
  assert.deepEqual(ids(['--group', 'absent']).ids, []);
  const first = ids(['--limit', '2']);
  assert.deepEqual([first.ids, first.total], [accepted.toReversed(), 3]);
  assert.deepEqual(ids(['--limit', '2', '--before', first.older ?? '']).ids, [reported]);
  assert.match(incidents(['list', '--limit', '1']).err, /^1 of 3 incidents\.\nGo on with --before \S+$/m);
  const wrong = incidents(['list', '--before', 'x']);
  assert.deepEqual([wrong.code, wrong.out], [1, '']);
});

test('show prints the report as text and how it came about; latest is the newest', () => {
  const { code, out, err } = incidents(['show', reported], { COLUMNS: '76' });
  assert.equal(code, 0, err);
  assert.match(out, new RegExp(`https://smokejumper\\.example\\.com/incidents/${reported}`));
  assert.match(out, new RegExp(`^Incident ${reported}$`, 'm'));
  assert.match(out, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC analyzed /m);
  assert.match(out, /^pending +mail to oncall@example\.com$/m);
  const long = out.split('\n').filter((line) => [...line].length > 76 && !line.includes('https://'));
  assert.deepEqual(long, []);
  const young = incidents(['show', 'latest']);
  assert.match(young.out, new RegExp(`^Incident ${accepted[1]}$`, 'm'));
  assert.match(young.out, /there is no report yet \(accepted\)/);
  const json = JSON.parse(incidents(['show', reported, '--json']).out);
  assert.deepEqual([json.id, json.state, json.recordings[0].name], [reported, 'notified', 'hot']);
  assert.ok(json.files.some(({ name }: { name: string }) => name === 'report.html'));
  assert.ok(Array.isArray(json.report.findings));
});

test('export writes report, mail, graphs, captures and incident.json, into no folder with other files', () => {
  const { code, out, err } = incidents(['export', reported, '-o', 'fire', '--json']);
  assert.equal(code, 0, err);
  const exported = JSON.parse(out) as { folder: string; files: { name: string; bytes: number }[]; missing: unknown[] };
  assert.deepEqual([exported.folder, exported.missing], ['fire', []]);
  const names = readdirSync(join(folder, 'fire'));
  assert.deepEqual(exported.files.map(({ name }) => name).sort(), names.sort());
  const wanted = ['report.html', 'mail.eml', 'hot.svg', 'healthy.svg', 'differential.svg', 'incident.json'];
  for (const name of [...wanted, 'hot.capture.gz', 'healthy.capture.gz', 'differential.png']) {
    assert.ok(names.includes(name), `${name} of ${names.join()}`);
  }
  assert.match(readFileSync(join(folder, 'fire/mail.eml'), 'utf8'), /^To: oncall@example\.com\r$/m);
  const recorded = join(import.meta.dirname, '../fixtures/captures/busy-hot.capture.gz');
  assert.deepEqual(readFileSync(join(folder, 'fire/hot.capture.gz')), readFileSync(recorded));
  assert.equal(incidents(['export', reported, '-o', 'fire']).code, 0);
  const other = incidents(['export', accepted[0] ?? '', '-o', 'fire', '--json']);
  assert.deepEqual([other.code, JSON.parse(other.err).error.code], [1, 'FOLDER_IN_USE']);
  writeFileSync(join(folder, 'file'), '');
  const file = incidents(['export', reported, '-o', 'file/below']);
  assert.match(file.err, /^smokejumper: Cannot write "file\/below": part of the path is not a folder\./);
});

test('an incident that is not there, or was deleted, is told apart', () => {
  const none = incidents(['show', "x' OR 1=1 --"]);
  assert.deepEqual([none.code, none.out], [1, '']);
  assert.match(none.err, /^smokejumper: There is no incident "x' OR 1=1 --"\. smokejumper incidents list/);
  assert.equal(JSON.parse(incidents(['export', 'x', '--json']).err).error.code, 'NO_INCIDENT');
  service.db.exec(
    `INSERT INTO pruned (id, headline, alarm_name, group_name, opened_at_ms, pruned_at_ms)
     VALUES ('inc-old', 'parseHTML 0.1 → 0.9 cores', 'web CPU', 'web-prod', 0, 86400000)`,
  );
  const deleted = incidents(['show', 'inc-old', '--json']);
  const { code, message, hint } = JSON.parse(deleted.err).error;
  assert.equal(code, 'INCIDENT_PRUNED');
  assert.match(message, /of 1970-01-01 .* was deleted on 1970-01-02 .*: parseHTML 0\.1 → 0\.9 cores\./);
  assert.match(hint, /RETENTION_DAYS/);
});

test('an export says which recording is lost, writes the others, and fails; the database stays as it was', () => {
  const before = readdirSync(data).sort();
  const hash = service.db.prepare(`SELECT hash FROM artifact WHERE name = 'cap-hot.capture.gz'`).pluck().get();
  rmSync(join(data, 'artifacts', String(hash).slice(0, 2), String(hash)));
  const { code, out } = incidents(['export', reported, '-o', 'rest', '--json']);
  assert.equal(code, 1);
  const { missing, files } = JSON.parse(out) as Record<'missing' | 'files', { name: string; code: string }[]>;
  assert.deepEqual([...new Set(missing.map((one) => one.code))], ['RECORDING_GONE']);
  assert.ok(missing.some(({ name }) => name === 'hot.capture.gz'));
  assert.ok(files.some(({ name }) => name === 'healthy.capture.gz'));
  assert.deepEqual(readdirSync(data).sort(), before);
});
