import assert from 'node:assert/strict';
import { request } from 'node:http';
import test from 'node:test';
import express from 'express';
import { allowedHosts } from '../../service/http/allowed-hosts.ts';
import { serveApp } from '../support/serve-app.ts';

async function setUp(names: readonly string[]) {
  const app = express();
  app.set('trust proxy', 'loopback');
  app.use(allowedHosts(names), (_req, res) => void res.send('a report'));
  const base = await serveApp(app);
  return (host: string, headers: Record<string, string> = {}) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const sent = request(base, { headers: { ...headers, host } }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text) => (body += text));
        answer.once('end', () => resolve({ status: answer.statusCode, body }));
      });
      sent.once('error', reject).end();
    });
}

test('names that a stranger may own are not served: a rebound one would let a page read the reports', async () => {
  const ask = await setUp(['smokejumper.example.com', '*.internal.example']);
  for (const host of [
    'evil.example.com',
    'smokejumper.example.com.evil.example',
    'xsmokejumper.example.com',
    'internal.example',
    'xinternal.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'notlocalhost',
    'user@localhost.evil.example:3000',
    '[::1].evil.example',
  ]) {
    const { status, body } = await ask(host);
    assert.equal(status, 421, host);
    assert.doesNotMatch(body, /a report/);
    assert.match(body, /does not go by the name .* add the name to HTTP_HOSTS/);
  }
});

test('the names of the configuration, addresses and localhost are served, with any port', async () => {
  const ask = await setUp(['smokejumper.example.com', '*.internal.example']);
  for (const host of [
    'smokejumper.example.com',
    'Smokejumper.Example.COM:8443',
    'smokejumper.example.com.',
    'a.internal.example',
    'a.b.internal.example:80',
    'localhost',
    'localhost:3000',
    'demo.localhost:3000',
    '127.0.0.1:3000',
    '10.2.3.4',
    '[::1]:3000',
    '[fe80::1]',
  ]) {
    assert.equal((await ask(host)).status, 200, host);
  }
});

test('a header of a proxy does not stand in for the name', async () => {
  const ask = await setUp(['smokejumper.example.com']);
  const { status } = await ask('evil.example.com', { 'x-forwarded-host': 'smokejumper.example.com' });
  assert.equal(status, 421);
});
