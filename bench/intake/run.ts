/**
 * npm run bench:intake [-- --messages N --refused N --connections N --profile]: what it costs the service to take
 * one signed notification (verify, decide, commit) and to refuse one that is not. A real service, a client in a process
 * of its own, HTTP over loopback. `--profile` says where the CPU time goes, and costs some.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSigningIdentity, type SigningIdentity } from '../../sandbox/aws/sns/certificate.ts';
import { markdownTable } from '../markdown-table.ts';
import { TOPIC } from './deliveries.ts';
import type { Order, Outcome } from './intake-client.ts';
import { type BenchedService, startBenchedService } from './intake-service.ts';
import { sharesOf } from './shares.ts';

/** Signed ahead, so that signing does not compete with the service; few enough to hold them in memory. */
const ROUND = 5000;
const DEFAULT_REFUSED = '2000';
const SPOILT = [
  'empty',
  'not JSON, 2 kB',
  'not JSON, 200 kB',
  'JSON of something else, 2 kB',
  'foreign topic in header and body',
  'foreign topic, no header',
  'our topic, hours old',
  'our topic, wrong signature',
];

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '16' },
    profile: { type: 'boolean', default: false },
    refused: { type: 'string', default: DEFAULT_REFUSED },
  },
});
const connections = Number(values.connections);
const folder = mkdtempSync(join(tmpdir(), 'smokejumper-bench-intake-'));

/** Serves the certificate; whoever asks for AWS gets no answer that helps, so that nothing but intake works. */
async function startOrigin({ certificatePath, certificatePem }: SigningIdentity) {
  const server = createServer((req, res) => {
    res.statusCode = req.url === certificatePath ? 200 : 400;
    res.end(req.url === certificatePath ? certificatePem : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function answerOf<T>(child: ChildProcess, message: object): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the client ended'));
    child.once('message', (answer) => {
      child.off('exit', ended);
      resolve(answer as T);
    });
    child.once('exit', ended);
    child.send(message);
  });
}

interface Round extends Outcome {
  readonly cpuMs: number;
  readonly residentMb: number;
}

async function runRound(client: ChildProcess, service: BenchedService, order: Order): Promise<Round> {
  await answerOf(client, { prepare: order });
  const before = service.cpuMs();
  const outcome = await answerOf<Outcome>(client, { go: true });
  return { ...outcome, cpuMs: service.cpuMs() - before, residentMb: service.residentMb() };
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

function rowOf(name: string, rounds: readonly Round[]): (string | number)[] {
  const sum = (pick: (round: Round) => number) => rounds.reduce((all, round) => all + pick(round), 0);
  const latencies = rounds.flatMap((round) => round.latenciesMs).sort((a, b) => a - b);
  const statuses = new Map<string, number>();
  for (const round of rounds) {
    for (const [status, n] of Object.entries(round.statuses)) statuses.set(status, (statuses.get(status) ?? 0) + n);
  }
  return [
    name,
    [...statuses].map(([status, n]) => `${n} × ${status}`).join(', '),
    (latencies.length / sum((round) => round.seconds)).toFixed(0),
    (sum((round) => round.cpuMs) / latencies.length).toFixed(3),
    quantile(latencies, 0.5).toFixed(1),
    quantile(latencies, 0.99).toFixed(1),
    quantile(latencies, 1).toFixed(0),
    (rounds.at(-1)?.residentMb ?? 0).toFixed(0),
  ];
}

const HEADS = ['deliveries', 'answers', 'a second', 'CPU ms each', 'p50 ms', 'p99 ms', 'max ms', 'RSS MB after'];

async function measure(client: ChildProcess, service: BenchedService, base: Omit<Order, 'count' | 'spoil'>) {
  const rows = [];
  // Warm: the code is compiled, the certificate is there.
  rows.push(rowOf('signed, the first', [await runRound(client, service, { ...base, count: ROUND / 2, spoil: null })]));
  const before = service.residentMb();
  const rounds: Round[] = [];
  for (let left = Number(values.messages); left > 0; left -= ROUND) {
    rounds.push(await runRound(client, service, { ...base, count: Math.min(ROUND, left), spoil: null }));
  }
  rows.push(rowOf('**signed, verified and committed**', rounds));
  console.log(`RSS after each round, MB: ${[before, ...rounds.map((r) => r.residentMb)].map(Math.round).join(' ')}`);
  const refused = Number(values.refused);
  for (const spoil of refused > 0 ? SPOILT : []) {
    rows.push(rowOf(spoil, [await runRound(client, service, { ...base, count: refused, spoil })]));
  }
  console.log(markdownTable(HEADS, rows));
}

const identity = await createSigningIdentity(new Date());
const { origin, server } = await startOrigin(identity);
const service = await startBenchedService(
  folder,
  {
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: join(folder, 'data'),
    SNS_TOPIC_ARNS: TOPIC,
    SNS_CERTIFICATE_ORIGIN: origin,
    TRUST_PROXY: 'loopback',
    AWS_ENDPOINT_URL: origin,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
  },
  values.profile ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [],
);
const client = fork(join(import.meta.dirname, 'intake-client.ts'));
try {
  await measure(client, service, {
    url: service.url,
    connections,
    privateKeyPem: identity.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificateUrl: `${origin}${identity.certificatePath}`,
  });
} finally {
  client.kill();
  await service.stop();
  server.close();
  server.closeAllConnections();
}
for (const file of globSync(join(folder, '*.cpuprofile'))) {
  const rows = sharesOf(file).map(([part, share]) => [part, `${(100 * share).toFixed(1)} %`]);
  console.log(markdownTable(['part', 'share of the CPU time of the main thread'], rows));
}
rmSync(folder, { recursive: true });
