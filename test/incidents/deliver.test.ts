import assert from 'node:assert/strict';
import test from 'node:test';
import { deliverReport } from '../../service/incidents/steps/deliver.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { FakeMail } from '../support/fakes/fake-mail.ts';
import { openTestStore } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const signal = new AbortController().signal;

test('a mail that is lost cannot be sent, and is not tried for a day', async () => {
  const store = openTestStore();
  const id = acceptAlarm(store, { nowMs: NOW });
  const subscriptions = { confirm: async () => '', subscribe: async () => '', publish: async () => undefined };
  const deliver = deliverReport({ store: localStore(store), mail: new FakeMail(), subscriptions });
  const delivery = { id: 1, incidentId: id, recipient: 'a@example.com', attempts: 0, createdAtMs: NOW };
  await assert.rejects(deliver({ ...delivery, channel: 'mail' }, signal), { code: 'MAIL_MISSING', retry: 'never' });
});
