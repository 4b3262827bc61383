// Three workers, each with tenants of its own. FAULT: a tenant of the second worker asks for very wide windows.
import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { tenantReport } from './tenants.js';

function answer(body, response) {
  const request = JSON.parse(body);
  const text = JSON.stringify({
    ...tenantReport(request),
    mean: request.values.reduce((a, b) => a + b, 0) / request.values.length,
  });
  response.setHeader('etag', createHash('sha256').update(body).digest('base64url'));
  response.end(text);
}

function work(number) {
  const random = seededRandom(129 + number);
  const pick = (n) => (random() * n) | 0;
  const width = process.env.FAULT === '1' && number === 1 ? 31 : 3;
  serveUnderLoad({
    rate: 75,
    nextBody: () =>
      JSON.stringify({ tenant: `t${number}-${pick(20)}`, width, values: Array.from({ length: 900 }, () => pick(100)) }),
    handler: answer,
  });
}

if (cluster.isPrimary) for (let number = 0; number < 3; number++) cluster.fork({ WORKER: String(number) });
else work(Number(process.env.WORKER));
