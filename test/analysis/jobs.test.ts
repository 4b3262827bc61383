/** The work itself: the same recordings give the same bytes, in whatever thread and whenever it is asked for. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { analysisOver } from '../../service/analysis/pool-analysis.ts';
import { WorkerPool } from '../../service/analysis/worker-pool.ts';
import { decodeProfile } from '../../service/convert/load-profile.ts';
import type { AnalyzeInput, MadeFile, RawCapture } from '../../service/incidents/files/analysis-port.ts';
import type { Capture, Incident } from '../../service/incidents/incident.ts';
import { svgToPng } from '../../service/raster/png.ts';
import type { CaptureId, GroupName, IncidentId } from '../../service/shared/ids.ts';
import { cpuAlarm, HOT, PEER } from '../support/accept-alarm.ts';
import { inlineAnalysis, sha256 } from '../support/inline-analysis.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const ID = 'inc-1' as IncidentId;
const incident: Incident = {
  ...{ id: ID, state: 'collected', alarm: cpuAlarm(NOW), group: 'web-prod' as GroupName, hotInstance: HOT },
  ...{ members: [], failure: null, attempts: 0, failingSinceMs: null, openedAtMs: NOW, closedAtMs: null },
};

function recorded(role: Capture['role'], fixture: string): RawCapture {
  const capture: Capture = {
    ...{ id: `cap-${role}` as CaptureId, incidentId: ID, instanceId: role === 'hot' ? HOT : PEER, role },
    ...{ seconds: 8, hz: 99, startAtMs: NOW, commandId: 'cmd', outcome: 'collected', failure: null },
  };
  const bytes = readFileSync(join(import.meta.dirname, `../fixtures/captures/${fixture}.capture.gz`));
  return { capture, bytes, failure: null };
}

const captures = [recorded('hot', 'busy-hot'), recorded('peer', 'busy-healthy')];
const input: AnalyzeInput = { incident, captures, files: [], nowMs: NOW, planSource: true, planConfirmation: false };

const pool = new WorkerPool({
  entry: new URL('../../service/analysis/worker.ts', import.meta.url),
  ...{ workers: 1, memoryMb: 1024, deadlineMs: 600_000, idleMs: 600_000 },
});
after(() => pool.close());
const threaded = analysisOver((job, name, options) => pool.run(job, name, options));
const inline = inlineAnalysis({ rasterise: (svg) => svgToPng(svg, { width: 600, scale: 2 }) });

const hashes = (files: readonly MadeFile[]) => files.map(({ name, content }) => `${name} ${sha256(content)}`);

test('what is drawn again is byte for byte what the analysis drew, in a thread as here', async () => {
  const first = await threaded.analyze(input);
  assert.deepEqual(
    first.files.map(({ name }) => name),
    ['hot.svg', 'hot.png', 'healthy.svg', 'healthy.png', 'differential.json', 'differential.svg', 'differential.png'],
  );
  assert.deepEqual(
    first.report.files,
    first.files.map(({ name, content }) => ({ name, bytes: content.length })),
  );
  const report = { data: first.report, source: null };
  const again = await threaded.render({ incident, captures, report });
  assert.deepEqual(hashes(again.slice(0, -1)), hashes(first.files));
  assert.equal(again.at(-1)?.name, 'report.html');
  assert.deepEqual(hashes(await inline.render({ incident, captures, report })), hashes(again));
  const { report: data, source } = await inline.analyze(input);
  assert.deepEqual([data, source], [first.report, first.source]);
});

test('neither the clock nor chance is asked', async () => {
  const { now } = Date;
  const { random } = Math;
  after(() => Object.assign(Date, { now }) && Object.assign(Math, { random }));
  const [first] = await Promise.all([inline.analyze(input)]);
  Date.now = () => assert.fail('the clock was asked');
  Math.random = () => assert.fail('chance was asked');
  try {
    const second = await inline.analyze(input);
    await inline.render({ incident, captures, report: { data: second.report, source: second.source } });
    assert.deepEqual(hashes(second.files), hashes(first.files));
  } finally {
    Object.assign(Date, { now });
    Object.assign(Math, { random });
  }
});

test('a caller keeps the bytes that he asks about', async () => {
  const before = captures.map(({ bytes }) => bytes?.length);
  await threaded.render({ incident, captures, report: null });
  assert.deepEqual(
    captures.map(({ bytes }) => bytes?.length),
    before,
  );
});

test('a recording that cannot be read is a failed side; the text of a bug is for the log only', async () => {
  const [hot, peer] = captures;
  assert.ok(hot && peer);
  const broken = { ...peer, bytes: Buffer.from('no recording') };
  const { report, bugs } = await threaded.analyze({ ...input, captures: [hot, broken] });
  assert.equal(report.captures[1]?.failure?.code, 'CAPTURE_INVALID');
  assert.deepEqual(bugs, []);
  let reads = 0;
  const buggy = inlineAnalysis({
    decodeProfile: (bytes) => {
      if (reads++ === 1) throw new TypeError('the secret of a bug');
      return decodeProfile(bytes);
    },
  });
  const told = await buggy.analyze(input);
  assert.equal(told.report.captures[1]?.failure?.code, 'INTERNAL');
  assert.doesNotMatch(JSON.stringify(told.report), /secret/);
  assert.match(told.bugs[0]?.stack ?? '', /TypeError: the secret of a bug/);
  assert.equal(told.bugs[0]?.captureId, 'cap-peer');
});

test('a bug in the work itself is ANALYSIS_FAILED, its text only in the cause', async () => {
  const buggy = inlineAnalysis({
    rasterise: () => {
      throw new TypeError('the secret of a bug');
    },
  });
  const error = await buggy.analyze(input).catch((fault: unknown) => fault);
  assert.ok(error instanceof Error && error.cause instanceof TypeError);
  assert.match(
    error.message,
    /^The analysis of inc-1 met an internal error \(TypeError\); the log of the service has the details\.$/,
  );
  assert.equal((error as { code?: string }).code, 'ANALYSIS_FAILED');
});

test('an export of a thread is that of the command line', async () => {
  const [hot] = captures;
  const text = await threaded.exportCapture(hot?.bytes ?? new Uint8Array(), 'folded', 'hot');
  assert.match(new TextDecoder().decode(text), /;handle /);
  await assert.rejects(threaded.exportCapture(Buffer.from('no recording'), 'pprof', 'hot'), {
    code: 'CAPTURE_INVALID',
  });
});
