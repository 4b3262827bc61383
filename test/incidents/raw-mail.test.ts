/** The mail as it was sent: not kept, and the same bytes whenever somebody asks. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type RawMailDeps, rawMail, withMail } from '../../service/incidents/files/raw-mail.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { silentLog } from '../../service/shared/log.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { NOW, runToEnd, setUp } from '../support/engine-world.ts';
import { filesOf, inlineAnalysis, MemoryCache, sha256 } from '../support/inline-analysis.ts';

const TO = ['oncall@example.com'];

async function mailed() {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  const { store, mail } = world.ports;
  let composed = 0;
  const deps = (cache = new MemoryCache()): RawMailDeps => ({
    ...{ store, cache, sha256, version: '0.1.0', log: silentLog, analysis: inlineAnalysis(), files: filesOf(store) },
    ...{ publicUrl: () => 'https://smokejumper.example.com', excerpts: 'pages' },
    mail: {
      compose: (message) => {
        composed++;
        return mail.compose(message);
      },
    },
  });
  return { ...world, id, deps, composed: () => composed };
}

test('what is composed again, with no cache at all, is byte for byte what was sent', async () => {
  const { id, deps, mail, store } = await mailed();
  const { content } = await rawMail(deps())(id, TO);
  assert.deepEqual(Buffer.from(content), Buffer.from(mail.raw[0] ?? []));
  assert.equal(store.file(id, 'mail.eml'), undefined);
});

test('those who ask at once share one composition, later ones the cache; other recipients have their own', async () => {
  const { id, deps, composed } = await mailed();
  const ask = rawMail(deps());
  const [first, second] = await Promise.all([ask(id, TO), ask(id, TO)]);
  assert.equal(composed(), 1);
  const again = await ask(id, TO);
  assert.deepEqual([composed(), first.hash, again.hash], [1, second.hash, first.hash]);
  assert.notEqual((await ask(id, ['other@example.com'])).hash, first.hash);
  assert.equal(composed(), 2);
});

test('it is a file of an incident that was mailed, and of no other', async () => {
  const { id, deps, ports } = await mailed();
  const files = withMail(filesOf(ports.store), ports.store, rawMail(deps()));
  assert.ok((await files.files(id)).some(({ name, bytes }) => name === 'mail.eml' && bytes === null));
  assert.match(new TextDecoder().decode((await files.file(id, 'mail.eml'))?.content), /^To: oncall@example\.com\r$/m);
  const other = 'inc-unknown' as IncidentId;
  assert.deepEqual(await files.files(other), []);
  assert.equal(await files.file(other, 'mail.eml'), undefined);
});
