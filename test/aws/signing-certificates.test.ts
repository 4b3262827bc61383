import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { createSigningCertificates, type SigningCertificatesOptions } from '../../service/aws/signing-certificates.ts';
import { AppError } from '../../service/shared/errors.ts';

/** Self-signed, valid from 2026-11-23 to 2126-10-30; their keys are thrown away. */
const pem = (name: string) =>
  readFileSync(join(import.meta.dirname, `../fixtures/alarms/certificate-${name}.pem`), 'utf8');
const SNS = pem('sns');
const NOW = Date.UTC(2030, 0, 1);
const PATH = '/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A store that may fetch from a server of ours, and its one address. */
async function sandbox(listener: RequestListener, options: Partial<SigningCertificatesOptions> = {}) {
  const origin = await serve(listener);
  return {
    store: createSigningCertificates({ now: () => NOW, allowOrigin: origin, ...options }),
    url: new URL(PATH, origin),
    origin,
  };
}

async function faultOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return error instanceof AppError ? `${error.code} ${error.retry}` : String(error);
  }
}

const FORGED = 'BAD_CERTIFICATE never';
const LATER = 'CERTIFICATE_UNAVAILABLE later';

describe('a signing certificate', () => {
  test('is fetched once, also by callers at the same time, and then kept', async () => {
    let requests = 0;
    const { store, url } = await sandbox((_req, res) => {
      requests++;
      res.end(SNS);
    });
    const [first, second] = await Promise.all([store.get(url), store.get(url)]);
    assert.equal(first, second);
    assert.equal(await store.get(url), first);
    assert.equal(first.publicKey.asymmetricKeyType, 'rsa');
    assert.equal(first.validFromMs, Date.UTC(2026, 10, 23, 7, 33, 20));
    assert.equal(requests, 1);
  });

  test('that could not be fetched is retried', async () => {
    const answers = [503, 429, 200];
    const { store, url } = await sandbox((_req, res) => {
      res.statusCode = answers.shift() ?? 500;
      res.end(res.statusCode === 200 ? SNS : 'busy');
    });
    assert.equal(await faultOf(store.get(url)), LATER);
    assert.equal(await faultOf(store.get(url)), LATER);
    assert.equal(await faultOf(store.get(url)), 'none');
  });

  test('that does not exist, or lies behind a redirect, is a forgery', async () => {
    let followed = 0;
    const { store, origin } = await sandbox((req, res) => {
      if (req.url === '/target') followed++;
      if (req.url?.endsWith('0.pem')) res.writeHead(302, { location: '/target' });
      else res.statusCode = 404;
      res.end();
    });
    assert.equal(await faultOf(store.get(new URL('/0.pem', origin))), FORGED);
    assert.equal(await faultOf(store.get(new URL('/1.pem', origin))), FORGED);
    assert.equal(followed, 0);
  });

  test('is refused beyond 64 KiB, even without an announced length', async () => {
    const { store, url } = await sandbox((_req, res) => {
      res.write(SNS);
      res.end('x'.repeat(64 * 1024));
    });
    assert.equal(await faultOf(store.get(url)), FORGED);
  });

  test('is refused when it is not a certificate, or was issued to somebody else', async () => {
    for (const body of ['<html>error</html>', '', pem('stranger'), pem('opt-in-region')]) {
      const { store, url } = await sandbox((_req, res) => void res.end(body));
      assert.equal(await faultOf(store.get(url)), FORGED);
    }
  });

  test('is refused when it has expired, also in the cache', async () => {
    let now = Date.UTC(2127, 0, 1);
    let requests = 0;
    const answer: RequestListener = (_req, res) => {
      requests++;
      res.end(SNS);
    };
    const { store, url } = await sandbox(answer, { now: () => now });
    assert.equal(await faultOf(store.get(url)), FORGED);
    now = NOW;
    assert.equal(await faultOf(store.get(url)), 'none');
    now = Date.UTC(2127, 0, 1);
    assert.equal(await faultOf(store.get(url)), FORGED);
    assert.equal(requests, 3);
  });

  test('that begins later is given: the intake asks whose clock is wrong', async () => {
    const now = Date.UTC(2020, 0, 1);
    const { store, url } = await sandbox((_req, res) => void res.end(SNS), { now: () => now });
    assert.ok((await store.get(url)).validFromMs > now);
  });

  test('is given up after the time limit, for now', async () => {
    const { store, url } = await sandbox((_req, res) => void res.write('-----BEGIN'), { timeoutMs: 50 });
    assert.equal(await faultOf(store.get(url)), LATER);
  });

  test('is waited for no longer than 5 s, and its caller may go sooner', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const store = createSigningCertificates({ now: () => NOW, fetch: () => new Promise(() => undefined) });
    const caller = new AbortController();
    const address = new URL(`https://sns.us-east-1.amazonaws.com${PATH}`);
    const [mine, theirs] = [store.get(address), store.get(address, caller.signal)];
    const seen: string[] = [];
    mine.catch((error: Error) => seen.push(error.message));
    caller.abort();
    assert.equal(await faultOf(theirs), LATER);
    t.mock.timers.tick(4_999);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(seen, []);
    t.mock.timers.tick(1);
    assert.equal(await faultOf(mine), LATER);
    assert.match(seen[0] ?? '', /from https:\/\/sns\.us-east-1\.amazonaws\.com: it did not answer within 5 s\.$/);
  });

  test('of more than 32 addresses is fetched again when its turn comes', async () => {
    let fetched = 0;
    const get = async () => {
      fetched++;
      return new Response(SNS);
    };
    const store = createSigningCertificates({ now: () => NOW, fetch: get });
    const of = (number: number) =>
      new URL(`https://sns.us-east-1.amazonaws.com/SimpleNotificationService-${number}.pem`);
    for (let number = 0; number < 33; number++) await store.get(of(number));
    for (let number = 1; number < 33; number++) await store.get(of(number));
    assert.equal(fetched, 33);
    await store.get(of(0));
    assert.equal(fetched, 34);
  });

  test('of a host that does not answer can be fetched later', async () => {
    const origin = await serve(() => {});
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    const store = createSigningCertificates({ now: () => NOW, allowOrigin: origin });
    assert.equal(await faultOf(store.get(new URL(PATH, origin))), LATER);
  });

  test('is never fetched from an address that is not plain https', async () => {
    const store = createSigningCertificates({ now: () => NOW, fetch: () => assert.fail('fetched') });
    const host = 'sns.eu-west-1.amazonaws.com';
    const addresses = [
      `http://${host}${PATH}`,
      `https://${host}:8443${PATH}`,
      `https://user:word@${host}${PATH}`,
      `https://${host}${PATH}?a=b`,
      `https://${host}${PATH}#a`,
      `file:///etc/passwd`,
      `http://127.0.0.1${PATH}`,
    ];
    for (const address of addresses) assert.equal(await faultOf(store.get(new URL(address))), FORGED, address);
  });

  test('may carry the name of its region, as in the regions one opts in to', async () => {
    const answering = (body: string) =>
      createSigningCertificates({ now: () => NOW, fetch: async () => new Response(body) });
    const at = (region: string) => new URL(`https://sns.${region}.amazonaws.com${PATH}`);
    assert.equal(await faultOf(answering(SNS).get(at('eu-west-1'))), 'none');
    assert.equal(await faultOf(answering(pem('opt-in-region')).get(at('me-south-1'))), 'none');
    assert.equal(await faultOf(answering(pem('opt-in-region')).get(at('eu-west-1'))), FORGED);
  });

  test('does not make us open more than eight connections for forgers', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<Response>();
    let requests = 0;
    const store = createSigningCertificates({
      now: () => NOW,
      fetch: () => {
        requests++;
        return gate.then((response) => response.clone());
      },
    });
    const address = (n: number) => new URL(`https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${n}.pem`);
    const faults = Array.from({ length: 12 }, (_, n) => faultOf(store.get(address(n))));
    open(new Response(SNS));
    const counted = (await Promise.all(faults)).filter((fault) => fault === LATER).length;
    assert.deepEqual([requests, counted], [8, 4]);
    assert.equal(await faultOf(store.get(address(20))), 'none');
  });
});
