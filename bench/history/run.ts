/**
 * npm run bench:history [-- --incidents N] [--folder PATH]: what a request costs the service after N incidents and
 * 10 N notifications, and after a tenth of them: both should be the same. The stores are made in a temporary folder
 * (5 GB at the default of 100,000) and deleted. CPU time, not wall time: it does not depend on what else runs.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSigningIdentity } from '../../sandbox/aws/sns/certificate.ts';
import { markdownTable } from '../markdown-table.ts';
import { fill } from './fill.ts';
import { type BenchRequest, requests } from './requests.ts';
import { type RunningService, startService } from './service-process.ts';

const { values } = parseArgs({
  options: { incidents: { type: 'string', default: '100000' }, folder: { type: 'string', default: tmpdir() } },
});
const most = Number(values.incidents);
if (!(most >= 10_000)) throw new Error('--incidents must be a number of at least 10000.');
/** Answers may cost this much more in the large store. */
const MAX_RATIO = 1.3;
/** Below this a difference is noise: timers, the collector of garbage. */
const NOISE_MS = 0.5;
const WARM_UP = 30;
/** Messages come by the hundred when they matter, so their code is hot. */
const WARM_UP_MESSAGES = 500;
/** Of each kind, until this much CPU time was used or so many were asked. */
const MEASURED_CPU_MS = 1_500;
const MEASURED_REQUESTS = 300;
const MEASURED_MESSAGES = 2_000;

async function ask(url: string, request: BenchRequest): Promise<void> {
  const { body, headers } = request.body?.() ?? {};
  const answer = await fetch(
    url + request.path,
    body === undefined ? {} : { method: 'POST', body, headers: headers ?? {} },
  );
  await answer.arrayBuffer();
  if (!request.status.includes(answer.status)) throw new Error(`${request.name} was answered ${answer.status}.`);
}

/** Asks until `isEnough` of how many were asked; returns how many that were. */
async function askMany(service: RunningService, request: BenchRequest, isEnough: (asked: number) => boolean) {
  let asked = 0;
  const one = async () => {
    while (!isEnough(asked)) {
      asked++;
      await ask(service.url, request);
    }
  };
  await Promise.all(Array.from({ length: request.atOnce ?? 1 }, one));
  return asked;
}

async function measure(service: RunningService, request: BenchRequest): Promise<number> {
  const warmUp = request.body === undefined ? WARM_UP : WARM_UP_MESSAGES;
  await askMany(service, request, (asked) => asked >= warmUp);
  const most = request.body === undefined ? MEASURED_REQUESTS : MEASURED_MESSAGES;
  const from = service.cpuMs();
  const asked = await askMany(service, request, (so) => so >= most || service.cpuMs() - from > MEASURED_CPU_MS);
  return (service.cpuMs() - from) / asked;
}

const identity = await createSigningIdentity(new Date());
const certificates = createServer((_req, res) => res.end(identity.certificatePem)).listen(0, '127.0.0.1');
await once(certificates, 'listening');
const origin = `http://127.0.0.1:${(certificates.address() as AddressInfo).port}`;

async function measureStore(incidents: number): Promise<Map<string, number>> {
  const folder = mkdtempSync(join(values.folder, 'smokejumper-history-'));
  try {
    const from = performance.now();
    fill(folder, incidents, Date.now());
    const gigabytes = statSync(join(folder, 'smokejumper.sqlite')).size / 1e9;
    const seconds = ((performance.now() - from) / 1000).toFixed(0);
    console.error(`${incidents} incidents: ${gigabytes.toFixed(2)} GB, filled in ${seconds} s`);
    const service = await startService(folder, origin);
    try {
      const costs = new Map<string, number>();
      for (const request of requests(incidents, identity, origin)) {
        costs.set(request.name, await measure(service, request));
        console.error(`  ${request.name}: ${costs.get(request.name)?.toFixed(2)} ms`);
      }
      return costs;
    } finally {
      await service.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const few = most / 10;
const small = await measureStore(few);
const large = await measureStore(most);
certificates.close();

const mark = (isMet: boolean) => (isMet ? '✔' : '✖');
const rows = requests(most, identity, origin).map(({ name, targetMs }) => {
  const before = small.get(name) ?? 0;
  const after = large.get(name) ?? 0;
  const isConstant = after <= before * MAX_RATIO || after - before <= NOISE_MS;
  const ratio = `${(after / before).toFixed(2)} ${mark(isConstant)}`;
  return [name, before.toFixed(2), after.toFixed(2), ratio, `${targetMs} ${mark(after <= targetMs)}`];
});
const heads = ['', `${few} incidents: CPU ms`, `${most} incidents: CPU ms`, 'ratio (≤ 1.3)', 'target, ms'];
console.log(markdownTable(heads, rows));
