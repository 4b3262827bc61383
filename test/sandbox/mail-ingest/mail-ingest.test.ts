import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';

const SERVER = join(import.meta.dirname, '../../../sandbox/mail-ingest/server.js');
const DEADLINE_MS = 10_000;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

describe('the mail-ingest service', () => {
  const spool = mkdtempSync(join(tmpdir(), 'mail-ingest-test-'));
  const socket = join(spool, 'service.sock');
  let service: ChildProcess;

  before(async () => {
    // As an earlier life leaves its socket when it is killed.
    writeFileSync(socket, '');
    service = spawn(process.execPath, [SERVER], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, SPOOL: spool, SOCKET: socket },
    });
    assert.ok(service.stdout);
    const [line] = await once(createInterface({ input: service.stdout }), 'line');
    assert.equal(line, 'listening');
  });

  after(async () => {
    const ended = once(service, 'exit');
    service.kill('SIGTERM');
    await ended;
    rmSync(spool, { recursive: true, force: true });
  });

  /** Each request by a connection of its own. */
  function call(method: string, path: string, body = ''): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request({ socketPath: socket, method, path, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }

  const post = (mail: unknown) => call('POST', '/mails', typeof mail === 'string' ? mail : JSON.stringify(mail));
  const mail = (id: string, html: string, customer = 'plain') => ({ id, customer, subject: 'Tulips', html });

  /** Each worker has its own index; connections reach them in turn. */
  async function found(word: string): Promise<string[]> {
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) {
      ids.push(...((await call('GET', `/search?word=${word}`)).body as { ids: string[] }).ids);
    }
    return [...new Set(ids)].sort();
  }

  it('finds a mail by the words that a person would read in it, and by no others', async () => {
    const html = '<style>hiddenword</style><p>Narcissus</p><p style="display:none">invisible</p><script>evil</script>';
    assert.equal((await post(mail('m1', html))).status, 200);
    assert.deepEqual(await found('tulip'), ['m1']);
    assert.deepEqual(await found('Narcissus'), ['m1']);
    for (const word of ['hiddenword', 'invisible', 'evil']) assert.deepEqual(await found(word), []);
  });

  it("puts a mail into its customer's template", async () => {
    const put = await call('PUT', '/templates/flowers', '<p>Footer crocus</p>{{mail}}');
    assert.equal(put.status, 200);
    assert.equal((await post(mail('m2', '<p>lily</p>', 'flowers'))).status, 200);
    assert.deepEqual(await found('lily'), ['m2']);
    assert.deepEqual(await found('crocus'), ['m2']);
  });

  it('knows the sender by the customer’s address book, and the folders by his rules', async () => {
    await call('PUT', '/contacts/garden', JSON.stringify([{ address: 'rose@example.com', name: 'Rose' }]));
    await call('PUT', '/rules/garden', JSON.stringify([{ pattern: 'dahlia', folder: 'flowers' }]));
    const { body } = await post({ ...mail('m5', '<p>Dahlia</p>', 'garden'), from: 'rose@example.com' });
    assert.deepEqual((body as { folders: string[] }).folders, ['flowers']);
  });

  it('joins mails of one subject to a conversation as deep as the customer wants', async () => {
    await call('PUT', '/conversations/deep', '3');
    // Each worker has its own; one of them has seen at least two of four mails.
    const siblings: number[] = [];
    for (let i = 0; i < 4; i++) {
      const { body } = await post(mail(`d${i}`, '<p>x</p>', 'deep'));
      siblings.push((body as { siblings: number }).siblings);
    }
    assert.deepEqual([Math.min(...siblings), Math.max(...siblings) >= 2], [1, true]);
  });

  it('refuses what is not a mail, and unknown customers', async () => {
    assert.equal((await post('{')).status, 400);
    assert.equal((await post({ id: 'm3' })).status, 400);
    assert.equal((await post(mail('m4', '<p>x</p>', '../../etc/passwd'))).status, 400);
    assert.equal((await call('PUT', '/templates/..%2Fx', 'x')).status, 400);
    assert.equal((await call('GET', '/nowhere')).status, 404);
  });

  it('counts what both workers have served', async () => {
    const taken = 7;
    assert.deepEqual((await call('GET', '/healthz')).body, { ok: true });
    const deadline = Date.now() + DEADLINE_MS;
    let served = 0;
    while (served < taken && Date.now() < deadline) {
      served = ((await call('GET', '/stats')).body as { served: number }).served;
    }
    assert.equal(served, taken);
  });
});
