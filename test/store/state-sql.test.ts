import assert from 'node:assert/strict';
import test from 'node:test';
import { STATES } from '../../service/incidents/incident.ts';
import { NOTIFICATION_OUTCOMES } from '../../service/incidents/notification.ts';
import { CAPTURED, OPEN, PRUNABLE, UNFINISHED } from '../../service/store/state-sql.ts';
import { openTestDatabase } from '../support/open-test-store.ts';

const { db } = openTestDatabase();
const schema = (name: string) => db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name) as string;

/** The values of `column TEXT NOT NULL CHECK (column IN (…))`. */
function checked(table: string, column: string): string[] {
  const list = new RegExp(`CHECK \\(${column} IN \\(([^)]*)\\)`).exec(schema(table))?.[1] ?? '';
  return [...list.matchAll(/'([^']*)'/g)].map(([, value]) => value ?? '');
}

test('the database knows exactly the states of the table of transitions', () => {
  assert.deepEqual(checked('incident', 'state'), STATES);
});

test('the database knows exactly the outcomes of a notification', () => {
  assert.deepEqual(checked('notification', 'outcome').sort(), [...NOTIFICATION_OUTCOMES].sort());
});

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

for (const [condition, indexes] of [
  [UNFINISHED, ['incident_due']],
  [CAPTURED, ['incident_captured', 'incident_captured_scope', 'incident_captured_group', 'incident_captured_hot']],
  [PRUNABLE, ['incident_prunable']],
  [OPEN, ['incident_open_alarm', 'incident_open_scope', 'incident_open_group', 'incident_open_hot']],
] as const) {
  for (const index of indexes) {
    test(`the index ${index} holds exactly the rows that its queries ask for`, () => {
      assert.ok(oneLine(schema(index)).endsWith(` WHERE ${oneLine(condition)}`), schema(index));
    });
  }
}
