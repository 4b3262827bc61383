import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { STATES } from '../../service/incidents/incident.ts';
import { NOTIFICATION_OUTCOMES } from '../../service/incidents/notification.ts';
import { UNFINISHED } from '../../service/store/state-sql.ts';
import { MIGRATIONS, openTestDatabase } from '../support/open-test-store.ts';

const schema = readFileSync(join(MIGRATIONS, '0001_incidents.sql'), 'utf8');

/** The values of `column TEXT NOT NULL CHECK (column IN (…))`. */
function checked(column: string): string[] {
  const list = new RegExp(`CHECK \\(${column} IN \\(([^)]*)\\)`).exec(schema)?.[1] ?? '';
  return [...list.matchAll(/'([^']*)'/g)].map(([, value]) => value ?? '');
}

test('the database knows exactly the states of the table of transitions', () => {
  assert.deepEqual(checked('state'), STATES);
});

test('the database knows exactly the outcomes of a notification', () => {
  assert.deepEqual(checked('outcome').sort(), [...NOTIFICATION_OUTCOMES].sort());
});

test('the index of due incidents leaves out exactly the states in which nothing more happens', () => {
  assert.match(
    schema,
    new RegExp(`INDEX incident_due ON incident \\(next_attempt_at_ms\\) WHERE ${escaped(UNFINISHED)};`),
  );
});

test('looking for due work uses that index', () => {
  const { db } = openTestDatabase();
  const plan = db
    .prepare(`EXPLAIN QUERY PLAN SELECT id FROM incident WHERE ${UNFINISHED} AND next_attempt_at_ms <= 0`)
    .all() as { detail: string }[];
  assert.match(plan.map(({ detail }) => detail).join('\n'), /USING INDEX incident_due/);
});

function escaped(text: string): string {
  return text.replace(/[()]/g, '\\$&');
}
