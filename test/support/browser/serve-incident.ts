import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import express from 'express';
import { pagesRouter } from '../../../service/http/pages/router.ts';
import type { IncidentFiles } from '../../../service/incidents/files/incident-files.ts';
import type { Capture } from '../../../service/incidents/incident.ts';
import { captureFile } from '../../../service/incidents/incident.ts';
import { createQueries } from '../../../service/incidents/queries.ts';
import { storedSource, storeSource } from '../../../service/incidents/source/stored-source.ts';
import { analyzeStep } from '../../../service/incidents/steps/analyze.ts';
import { type WriteReportDeps, writeReport } from '../../../service/incidents/steps/write-report.ts';
import type { IncidentStore } from '../../../service/incidents/store-port.ts';
import { svgToPng } from '../../../service/raster/png.ts';
import type { CaptureId, GroupName, IncidentId } from '../../../service/shared/ids.ts';
import { silentLog } from '../../../service/shared/log.ts';
import type { SqliteStore } from '../../../service/store/sqlite-store.ts';
import { localStore } from '../../../service/store/store-calls.ts';
import { acceptAlarm, HOT, PEER } from '../accept-alarm.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { exportCapture, filesOf, inlineAnalysis, MemoryCache } from '../inline-analysis.ts';
import { openTestStore } from '../open-test-store.ts';
import { completeSource } from '../sample-source.ts';
import { serveApp } from '../serve-app.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const OWNER = 'test';
const PUBLIC_URL = 'https://smokejumper.example.com';
const CAPS = { atOnce: 1, perGroup: 1, perAccount: 1 };

interface ServedIncident {
  readonly base: string;
  readonly id: IncidentId;
  readonly store: IncidentStore;
  readonly files: IncidentFiles;
}

/** The pages over a real store with one incident: two recorded captures, really compared, drawn and reported. */
export async function serveIncident(): Promise<ServedIncident> {
  const synchronous = openTestStore();
  const store = localStore(synchronous);
  const analysis = inlineAnalysis({ rasterise: (svg) => svgToPng(svg, { width: 600, scale: 2 }) });
  const files = filesOf(store, analysis);
  const report = { store, analysis, files, log: silentLog, publicUrl: () => PUBLIC_URL, excerpts: 'mail' } as const;
  const id = await reportedIncident(synchronous, report);
  const pages = pagesRouter({
    queries: createQueries(store, { source: true, files }),
    version: '0.1.0',
    exportCapture,
    comparing: { compareTwo: analysis.compareTwo, cache: new MemoryCache(), origin: null },
    publicUrl: () => PUBLIC_URL,
    now: Date.now,
  });
  return { base: await serveApp(express().use(pages)), id, store, files };
}

/** Puts one incident into the store, as the service would: analyzed, reported, told to nobody. */
export async function reportedIncident(synchronous: SqliteStore, report: WriteReportDeps): Promise<IncidentId> {
  const { store } = report;
  const id = acceptAlarm(synchronous, { nowMs: NOW });
  const captures = [
    await recorded(store, id, 'hot', HOT, 'busy-hot'),
    await recorded(store, id, 'peer', PEER, 'busy-healthy'),
  ];
  const members = captures.map(({ instanceId, role }) => ({
    instanceId,
    role,
    reason: role === 'hot' ? 'the highest CPU' : 'the lowest CPU',
    cpuPercent: role === 'hot' ? 71 : 12,
  }));
  const group = 'web-prod' as GroupName;
  await move(store, id, 'accepted', 'targeted', { captures, members, group, hotInstance: HOT });
  for (const capture of captures) await store.finishCapture(capture.id, 'collected', null);
  await move(store, id, 'targeted', 'dispatched');
  await move(store, id, 'dispatched', 'collected');
  const incident = await store.incident(id);
  if (!incident) throw new Error('the incident is gone');
  const analyze = analyzeStep({ ...report, clock: new ManualClock(NOW), planSource: true, planConfirmation: false });
  const outcome = await analyze(incident, new AbortController().signal);
  if (outcome.kind !== 'advance') throw new Error('the analysis did not end');
  await move(store, id, 'collected', 'analyzed', outcome.changes);
  await answerSource(store, id);
  await writeReport(report, id, { isLastResort: false });
  await move(store, id, 'analyzed', 'reported');
  await move(store, id, 'reported', 'notified');
  return id;
}

/** As both instances would: the code around each place. */
async function answerSource(store: IncidentStore, id: IncidentId): Promise<void> {
  const source = await storedSource(store, id);
  if (source === null) throw new Error('no code was asked for');
  const [hot] = completeSource.hosts;
  const hosts = source.hosts.map((host) => ({
    ...host,
    state: 'answered' as const,
    places: host.places.map((place) => {
      const { answer, ticks } = hot?.places[0] ?? place;
      return { ...place, answer, ticks };
    }),
  }));
  await storeSource(store, id, { version: 1, hosts });
}

async function recorded(
  store: IncidentStore,
  incidentId: IncidentId,
  role: Capture['role'],
  instanceId: Capture['instanceId'],
  fixture: string,
): Promise<Capture> {
  const capture: Capture = {
    id: `cap-${role}` as CaptureId,
    incidentId,
    instanceId,
    role,
    seconds: 8,
    hz: 99,
    startAtMs: NOW,
    commandId: 'cmd',
    outcome: 'pending',
    failure: null,
  };
  const content = readFileSync(join(import.meta.dirname, `../../fixtures/captures/${fixture}.capture.gz`));
  await store.putFile(incidentId, captureFile(capture), 'application/gzip', content);
  return capture;
}

async function move(
  store: IncidentStore,
  id: IncidentId,
  from: Parameters<IncidentStore['advance']>[0]['from'],
  to: Parameters<IncidentStore['advance']>[0]['to'],
  changes: Parameters<IncidentStore['advance']>[0]['changes'] = {},
): Promise<void> {
  await store.claim({ states: [from], caps: CAPS, owner: OWNER, nowMs: NOW, leaseUntilMs: NOW + 1000 });
  if (!(await store.advance({ id, owner: OWNER, from, to, atMs: NOW, detail: 'as in a test', changes }))) {
    throw new Error(`the incident did not go from ${from} to ${to}`);
  }
}
