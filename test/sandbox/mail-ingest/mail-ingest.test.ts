import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';

const SERVER = join(import.meta.dirname, '../../../sandbox/mail-ingest/server.js');
const DEADLINE_MS = 10_000;

describe('the mail-ingest service', () => {
  const spool = mkdtempSync(join(tmpdir(), 'mail-ingest-test-'));
  let service: ChildProcess;
  let url = '';

  before(async () => {
    service = spawn(process.execPath, [SERVER], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, SPOOL: spool, PORT: '0' },
    });
    assert.ok(service.stdout);
    const [line] = await once(createInterface({ input: service.stdout }), 'line');
    url = `http://127.0.0.1:${/^listening (\d+)$/.exec(String(line))?.[1]}`;
  });

  after(async () => {
    const ended = once(service, 'exit');
    service.kill('SIGTERM');
    await ended;
    rmSync(spool, { recursive: true, force: true });
  });

  const post = (mail: unknown) =>
    fetch(`${url}/mails`, { method: 'POST', body: typeof mail === 'string' ? mail : JSON.stringify(mail) });
  const mail = (id: string, html: string, customer = 'plain') => ({ id, customer, subject: 'Tulips', html });

  /** Each worker has its own index; connections reach them in turn. */
  async function found(word: string): Promise<string[]> {
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) {
      const answer = await fetch(`${url}/search?word=${word}`, { headers: { connection: 'close' } });
      ids.push(...((await answer.json()) as { ids: string[] }).ids);
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
    const put = await fetch(`${url}/templates/flowers`, { method: 'PUT', body: '<p>Footer crocus</p>{{mail}}' });
    assert.equal(put.status, 200);
    assert.equal((await post(mail('m2', '<p>lily</p>', 'flowers'))).status, 200);
    assert.deepEqual(await found('lily'), ['m2']);
    assert.deepEqual(await found('crocus'), ['m2']);
  });

  it('refuses what is not a mail, and unknown customers', async () => {
    assert.equal((await post('{')).status, 400);
    assert.equal((await post({ id: 'm3' })).status, 400);
    assert.equal((await post(mail('m4', '<p>x</p>', '../../etc/passwd'))).status, 400);
    assert.equal((await fetch(`${url}/templates/..%2Fx`, { method: 'PUT', body: 'x' })).status, 400);
    assert.equal((await fetch(`${url}/nowhere`)).status, 404);
  });

  it('counts what both workers have served', async () => {
    assert.deepEqual(await (await fetch(`${url}/healthz`)).json(), { ok: true });
    const deadline = Date.now() + DEADLINE_MS;
    let served = 0;
    while (served < 2 && Date.now() < deadline) {
      served = ((await (await fetch(`${url}/stats`)).json()) as { served: number }).served;
    }
    assert.equal(served, 2);
  });
});
