/** fetch.sh as it uploads a result: with curl or with a program's node, and without showing the address to anybody. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folder, has, run } from '../support/scripts/remote-script.ts';

const BYTES = randomBytes(3_000_000);
const SHA256 = createHash('sha256').update(BYTES).digest();
const CHECKSUM = SHA256.toString('base64');
const SECRET = 'X-Amz-Signature=0123456789abcdef';
const noCurl = has('curl') ? false : 'curl is not installed';

/** A folder of results with one result in it. */
function results(t: TestContext): string {
  const dir = folder(t);
  mkdirSync(join(dir, 'result.cap-1'));
  writeFileSync(join(dir, 'result.cap-1', 'capture.gz'), BYTES);
  return dir;
}

/** Where every program is but curl. */
function withoutCurl(t: TestContext): string {
  const dir = folder(t);
  for (const place of ['/bin', '/usr/bin', '/sbin', '/usr/sbin']) {
    for (const name of readdirSync(place)) {
      try {
        if (name !== 'curl') symlinkSync(join(place, name), join(dir, name));
      } catch {} // in both places
    }
  }
  return dir;
}

/** Takes uploads; `whileOpen` looks around before the answer. */
async function bucket(t: TestContext, status: number, whileOpen: () => void = () => undefined) {
  const taken: { request: IncomingMessage; body: Buffer }[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    taken.push({ request, body: Buffer.concat(parts) });
    whileOpen();
    response.writeHead(status).end('<Error>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { taken, url: `http://127.0.0.1:${port}/captures/cap-1.capture.gz?x=%2F&${SECRET}` };
}

/** Command lines and environments of this machine that tell the secret, but for the test's own shell. */
function tellers(): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const environ = readFileSync(`/proc/${pid}/environ`, 'latin1');
      const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      // The test hands the address over as an argument of the script; SSM does so inside of the script.
      return (environ + words).includes(SECRET) && !words.includes('fetch.sh');
    } catch {
      return false;
    }
  });
}

const upload = (dir: string, url: string, env: Record<string, string> = {}) =>
  run(['fetch', '--id', 'cap-1', '--to', url, '--checksum', CHECKSUM], { dir, env });

for (const [tool, skip] of [
  ['curl', noCurl],
  ['node', false],
] as const) {
  const env = (t: TestContext) => (tool === 'curl' ? {} : { SMOKEJUMPER_PATH: withoutCurl(t) });

  test(`${tool} uploads the whole result with its checksum, and the report says so`, { skip }, async (t) => {
    const { taken, url } = await bucket(t, 200);
    const { code, report } = await upload(results(t), url, env(t));
    const { length } = BYTES;
    assert.deepEqual(
      [code, report],
      [0, { smokejumper: 1, ok: true, id: 'cap-1', bytes: length, sha256: SHA256.toString('hex'), uploaded: tool }],
    );
    const [{ request, body } = assert.fail('nothing came')] = taken;
    assert.equal(request.method, 'PUT');
    assert.equal(request.url, new URL(url).pathname + new URL(url).search);
    assert.equal(request.headers['x-amz-checksum-sha256'], CHECKSUM);
    assert.equal(request.headers['content-length'], String(length));
    assert.ok(body.equals(BYTES));
  });

  test(`${tool} has the address on no command line and in no environment`, { skip }, async (t) => {
    let seen: string[] = ['nobody looked'];
    const { url } = await bucket(t, 200, () => {
      seen = tellers();
    });
    const { stdout, stderr } = await upload(results(t), url, env(t));
    assert.deepEqual(seen, []);
    assert.ok(!`${stdout}${stderr}`.includes('X-Amz'));
  });

  test(`an upload by ${tool} that is refused fails with the status, and keeps the result`, { skip }, async (t) => {
    const dir = results(t);
    const { url } = await bucket(t, 403);
    const { code, report, stdout, stderr } = await upload(dir, url, env(t));
    assert.deepEqual([code, report.code], [70, 'UPLOAD_FAILED']);
    assert.equal(report.message, `The upload with ${tool} failed (HTTP status 403).`);
    assert.ok(!`${stdout}${stderr}`.includes('X-Amz'));
    assert.equal((await run(['fetch', '--id', 'cap-1', '--offset', '0'], { dir })).code, 0);
  });

  test(`an upload by ${tool} to where nobody listens fails with status 0`, { skip }, async (t) => {
    const { report } = await upload(results(t), `http://127.0.0.1:9/x?${SECRET}`, env(t));
    assert.equal(report.message, `The upload with ${tool} failed (HTTP status 0).`);
  });
}

test('an address that a quoted line could not hold is refused, and not repeated', async (t) => {
  const dir = results(t);
  for (const to of [
    'ftp://x/y',
    'https://',
    'https://x/"\noutput = "/etc/passwd',
    "https://x/'",
    'file:///etc/shadow',
  ]) {
    const { code, report, stderr } = await upload(dir, to);
    assert.deepEqual([code, report.code, report.message], [64, 'USAGE', '--to must be a presigned address.'], to);
    assert.ok(!stderr.includes('passwd'));
  }
  const { report } = await run(['fetch', '--id', 'cap-1', '--to', 'https://x/y', '--checksum', 'short'], { dir });
  assert.equal(report.message, '--checksum must be a SHA-256 in base64.');
});

test('an upload of a result that is not there: 66', async (t) => {
  const { code, report } = await upload(folder(t), 'https://x/y');
  assert.deepEqual([code, report.code], [66, 'NO_RESULT']);
});
