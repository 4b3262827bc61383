/** What else burns on a host: other programs, and processes of the service's runtime that only the hot host has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../../service/compare/compare.ts';
import type { OtherProcess } from '../../../service/profile/profile.ts';
import { PAGE_LIMITS } from '../../../service/report/finding-model.ts';
import { reportModel } from '../../../service/report/report-model.ts';
import { profileFromText } from '../../support/profile-from-text.ts';
import { completeReport } from '../../support/sample-report.ts';

const SERVICE = '0..10 handle@/srv/app.js:10;render@/srv/app.js:40 200';
const GZIP: OtherProcess = {
  ...{ pid: 9, name: 'gzip', cpuSeconds: 4.9, processes: 212, unit: 'cron.service' },
  startedBy: ['log-rotate.sh', 'cron'],
};

function withPrograms(otherProcesses: readonly OtherProcess[], text = SERVICE) {
  return profileFromText(text, { facts: { otherProcesses } });
}

test('programs that come and go are named with their number, who started them, and what the peer has', () => {
  const { verdict, findings, programs } = compare(withPrograms([]), withPrograms([GZIP]));
  assert.equal(verdict.class, 'other process');
  assert.equal(
    verdict.headline,
    'gzip ×212, started by log-rotate.sh (cron.service), uses 0.49 cores, none on the peer; ' +
      'the service is not the cause',
  );
  assert.equal(verdict.program?.name, 'gzip');
  assert.deepEqual(findings, []);
  assert.deepEqual(
    programs?.map(({ name, hotCores, healthyCores }) => [name, hotCores.toFixed(2), healthyCores]),
    [['gzip', '0.49', 0]],
  );
});

test('without a unit the one who started the starter is told; systemd and login sessions tell nothing', () => {
  const headline = (changes: Partial<OtherProcess>) =>
    compare(withPrograms([]), withPrograms([{ ...GZIP, ...changes }])).verdict.headline;
  assert.match(headline({ unit: null }), /^gzip ×212, started by log-rotate\.sh \(cron\), uses/);
  assert.match(headline({ unit: 'session-3.scope' }), /^gzip ×212, started by log-rotate\.sh \(cron\), uses/);
  assert.match(headline({ startedBy: ['systemd'], processes: 1 }), /^gzip \(cron\.service\) uses/);
  assert.match(headline({ container: '0123456789ab' }), /\(container 0123456789ab\), uses/);
});

test('what the peer uses of a program is not what is extra; several of one name are one', () => {
  const half = { ...GZIP, pid: 8, cpuSeconds: 3 };
  const { verdict, programs } = compare(withPrograms([half]), withPrograms([half, GZIP]));
  assert.match(verdict.headline, /uses 0\.79 cores, 0\.30 on the peer/);
  assert.equal(programs?.[0]?.processes, 424);
  assert.equal(compare(withPrograms([GZIP]), withPrograms([GZIP])).verdict.class, 'inconclusive');
});

const TWO = `${SERVICE}\n[2] 0..10 run@/srv/migrate.js:3;convert@/srv/migrate.js:20 218`;

function named(text: string, names: Readonly<Record<number, string>>) {
  const processes = Object.fromEntries(Object.entries(names).map(([pid, name]) => [pid, { name }]));
  return profileFromText(text, { processes });
}

test('a process of the runtime that only the hot host has is the finding, with what burns in it', () => {
  const { verdict, findings } = compare(named(SERVICE, { 1: 'app.js' }), named(TWO, { 1: 'app.js', 2: 'migrate.js' }));
  assert.equal(verdict.class, 'other process');
  assert.match(verdict.headline, /^migrate\.js runs on the hot host only and uses 0\.22 cores$/);
  assert.equal(findings[0]?.function, 'convert');
});

test('workers that are numbered, and services without one name in common, are no such process', () => {
  const numbered = compare(named(SERVICE, { 1: 'worker 3' }), named(TWO, { 1: 'worker 1', 2: 'worker 12' }));
  assert.equal(numbered.verdict.class, 'hot path');
  const renamed = compare(named(SERVICE, { 1: 'v41' }), named(TWO, { 1: 'app-v', 2: 'app-w' }));
  assert.equal(renamed.verdict.class, 'hot path');
});

test('the report points at the program, and at no innocent function', () => {
  const { verdict, findings, programs } = compare(withPrograms([]), withPrograms([GZIP]));
  const model = reportModel({ ...completeReport, verdict, findings, programs: programs ?? [] }, PAGE_LIMITS, null);
  assert.deepEqual([model.culprit, model.busiest], [null, null]);
  assert.equal(model.program?.words, 'gzip ×212, started by log-rotate.sh (cron.service)');
  assert.deepEqual(
    [model.program?.hot, model.program?.healthy, model.program?.onPeer],
    ['0.49', '0.00', 'none on the peer'],
  );
});
