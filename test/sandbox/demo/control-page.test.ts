import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type ControlPage, startControlPage } from '../../../sandbox/demo/control-page.ts';
import type { FireControl } from '../../../sandbox/demo/fire-control.ts';
import { FIRES } from '../../../sandbox/demo/fires.ts';

describe('the page of the fire control', () => {
  const asked: string[] = [];
  const failures: unknown[] = [];
  let page: ControlPage;

  before(async () => {
    const control = {
      burning: null,
      busy: null,
      ignite: async ({ id }: { id: string }) => void asked.push(id),
      extinguish: async () => void asked.push('out'),
      move: () => Promise.reject(new Error('nothing to move')),
    } as unknown as FireControl;
    page = await startControlPage({
      control,
      links: [['<b>Mailbox</b>', 'http://127.0.0.1:1/mailbox']],
      fail: (error) => failures.push(error),
      signal: new AbortController().signal,
    });
  });
  beforeEach(() => asked.splice(0));
  after(() => page.close());

  function call(method: string, path: string, headers: Record<string, string> = {}) {
    return new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sent = request(`${page.url}${path}`, { method, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          body += part;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      sent.once('error', reject).end();
    });
  }
  const press = (path: string) => call('POST', path, { origin: page.url });

  it('has a button for each fire, and escapes what it shows', async () => {
    const { status, body } = await call('GET', '/');
    assert.equal(status, 200);
    for (const { id } of FIRES) assert.match(body, new RegExp(`action="/fires/${id}"`));
    assert.ok(!body.includes('<b>Mailbox'));
  });

  it('lights a fire and puts it out', async () => {
    assert.equal((await press('/fires/json')).status, 303);
    assert.equal((await press('/out')).status, 303);
    assert.deepEqual(asked, ['json', 'out']);
  });

  it('does nothing for the forms of other pages, and under no other name', async () => {
    assert.equal((await call('POST', '/out', { origin: 'http://evil.example' })).status, 403);
    assert.equal((await call('POST', '/out')).status, 403);
    assert.equal((await call('GET', '/', { host: 'evil.example' })).status, 421);
    assert.deepEqual(asked, []);
  });

  it('knows no other fires, and says what went wrong', async () => {
    assert.equal((await press('/fires/flood')).status, 404);
    assert.equal((await call('GET', '/out')).status, 404);
    assert.equal((await press('/move')).status, 303);
    assert.match(String(failures.at(-1)), /nothing to move/);
  });
});
