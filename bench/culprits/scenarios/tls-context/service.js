// Calls a partner over TLS. FAULT: a new security context for each call instead of one for all.
import { createHash } from 'node:crypto';
import tls from 'node:tls';
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const shared = tls.createSecureContext();

function contextFor() {
  return fault ? tls.createSecureContext({ ca: tls.rootCertificates.slice(0, 60) }) : shared;
}

function callPartner(order) {
  const context = contextFor();
  let digest = order;
  for (let i = 0; i < 150; i++) digest = createHash('sha256').update(digest).digest('hex');
  return { digest, ready: context !== undefined };
}

function answer(body, response) {
  response.end(JSON.stringify(callPartner(body)));
}

serveUnderLoad({
  rate: 60,
  nextBody: () => JSON.stringify({ order: (Math.random() * 1000) | 0 }),
  handler: answer,
});
