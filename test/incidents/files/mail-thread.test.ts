import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { mailThread } from '../../../service/incidents/files/mail-thread.ts';
import type { IncidentId } from '../../../service/shared/ids.ts';
import { completeReport, HOSTILE } from '../../support/sample-report.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const id = 'inc-1' as IncidentId;
const threadOf = (group: string | null, incident = id) => mailThread(incident, { ...completeReport, group }, sha256);

test('the mails of a group share the beginning of their thread, those of an incident all of it', () => {
  const [first, second] = [threadOf('web-prod'), threadOf('web-prod', 'inc-2' as IncidentId)];
  assert.deepEqual(first.references, ['group.web-prod@smokejumper.invalid', 'thread.inc-1@smokejumper.invalid']);
  assert.equal(second.references[0], first.references[0]);
  assert.notEqual(second.references[1], first.references[1]);
  assert.deepEqual(first.list, { id: 'web-prod.smokejumper.invalid', name: 'Smokejumper, web-prod' });
  assert.deepEqual(threadOf('web-prod'), first);
});

test('groups that look alike are different lists, and without a group the instance or the alarm is one', () => {
  const lists = ['web-prod', 'Web-Prod', 'web prod', 'web_prod', '-web-prod'].map((group) => threadOf(group).list.id);
  assert.equal(new Set(lists).size, lists.length);
  assert.match(threadOf(null).list.id, /i-0abc1f52e8d7793aa/);
  const nameless = { ...completeReport, group: null, hotInstance: null };
  assert.match(mailThread(id, nameless, sha256).list.id, /web-prod-cpu-high/);
});

for (const [at, hostile] of HOSTILE.entries()) {
  test(`hostile group ${at} makes a header of one line with one id`, () => {
    const { list, references } = threadOf(hostile);
    assert.match(list.id, /^[a-z0-9-]{1,60}\.smokejumper\.invalid$/);
    assert.match(list.name, /^Smokejumper, [ !#-;=?-[\]-~]{0,40}$/);
    assert.match(references[0] ?? '', /^group\.[a-z0-9-]+@smokejumper\.invalid$/);
  });
}
