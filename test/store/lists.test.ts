/** Lists, page by page, and the search in them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type IncidentFilter, STATE_FILTERS } from '../../service/incidents/incident-filter.ts';
import type { NotificationQuery } from '../../service/incidents/store-port.ts';
import type { GroupName, IncidentId } from '../../service/shared/ids.ts';
import { readSearch } from '../../service/store/lists/search.ts';
import type { SqliteStore } from '../../service/store/sqlite-store.ts';
import { acceptAlarm, cpuAlarm } from '../support/accept-alarm.ts';
import { openTestDatabase, openTestStore } from '../support/open-test-store.ts';
import { completeReport } from '../support/sample-report.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);

function open(store: SqliteStore, name: string, group = 'web-prod'): IncidentId {
  const targets = { instanceIds: [], groups: [group as GroupName], hosts: [] };
  return acceptAlarm(store, { nowMs: NOW, alarm: cpuAlarm(NOW, { name, targets }) });
}

function found(store: SqliteStore, text: string, group?: string): string[] {
  const page = store.list({ text, limit: 10, ...(group !== undefined && { group }) });
  assert.equal(page.older, null);
  return page.rows.map((row) => row.alarmName);
}

test('a list is gone through in both directions, whatever arrives meanwhile', () => {
  const store = openTestStore();
  for (let at = 0; at < 7; at++) open(store, `${at}`);
  const names = (page: ReturnType<typeof store.list>) => page.rows.map((row) => row.alarmName).join('');
  const first = store.list({ limit: 3 });
  open(store, 'x');
  const second = store.list({ limit: 3, before: first.older ?? '' });
  const third = store.list({ limit: 3, before: second.older ?? '' });
  assert.deepEqual([first, second, third].map(names), ['654', '321', '0']);
  assert.deepEqual([first.newer, third.older], [null, null]);
  assert.deepEqual([first.total, second.total, third.total], [7, 8, 8]);
  const back = store.list({ limit: 3, after: third.newer ?? '' });
  assert.equal(names(back), '321');
  const middle = store.list({ limit: 3, after: back.newer ?? '' });
  assert.equal(names(middle), '654');
  const newest = store.list({ limit: 3, after: middle.newer ?? '' });
  assert.deepEqual([names(newest), newest.newer], ['x65', null], 'full, although only one more has arrived');
});

test('what is left of the newest page when its rows are as many as fit is that page', () => {
  const store = openTestStore();
  for (let at = 0; at < 6; at++) open(store, `${at}`);
  const second = store.list({ limit: 3, before: store.list({ limit: 3 }).older ?? '' });
  const first = store.list({ limit: 3, after: second.newer ?? '' });
  assert.deepEqual([first.rows.length, first.newer, first.older], [3, null, store.list({ limit: 3 }).older]);
  assert.equal(second.older, null);
});

test('a group has its own pages, and its total', () => {
  const store = openTestStore();
  for (let at = 0; at < 5; at++) open(store, `${at}`, at % 2 === 0 ? 'even' : 'odd');
  const first = store.list({ group: 'even', limit: 2 });
  const second = store.list({ group: 'even', limit: 2, before: first.older ?? '' });
  assert.deepEqual(
    [...first.rows, ...second.rows].map((row) => row.alarmName),
    ['4', '2', '0'],
  );
  assert.deepEqual([first.total, second.older], [3, null]);
  assert.deepEqual(store.groups(), ['even', 'odd']);
  assert.equal(store.list({ group: 'none', limit: 2 }).total, 0);
});

test('the log has pages, too, and that of an incident only its own', () => {
  const store = openTestStore();
  const id = open(store, 'a');
  for (const name of ['b', 'c', 'd']) open(store, name);
  const part = (query: NotificationQuery) => store.notifications(query);
  const first = part({ limit: 3 });
  const second = part({ limit: 3, before: first.older ?? '' });
  assert.deepEqual([first.rows.length, first.total, second.rows.length, second.older], [3, 4, 1, null]);
  assert.deepEqual(part({ limit: 3, after: second.newer ?? '' }).rows, first.rows);
  const own = part({ incidentId: id, limit: 3 });
  assert.deepEqual([own.rows.map((row) => row.incidentId), own.total], [[id], 1]);
});

test('what is no cursor of the list is refused', () => {
  const store = openTestStore();
  const refused = { code: 'BAD_CURSOR', message: /not one of this list/, hint: /first page/ };
  for (const before of ['', 'i', 'i0', 'n1', 'i-1', 'i1 ', 'I1', 'izzzzzzzzzzz', `i${'z'.repeat(30)}`]) {
    assert.throws(() => store.list({ limit: 1, before }), refused, before);
    assert.throws(() => store.list({ limit: 1, after: before }), refused, before);
  }
  assert.throws(() => store.notifications({ limit: 1, before: 'i1' }), refused);
  assert.deepEqual(store.list({ limit: 1, before: 'izz' }).rows, [], 'ahead of all there is is no fault');
});

test('an incident is found by part of its names, id, headline and verdict, and of what the findings name', () => {
  const store = openTestStore();
  const id = open(store, 'Latency of Café');
  open(store, 'other', 'batch');
  store.saveReport(id, completeReport);
  const { headline } = completeReport.verdict;
  for (const text of [
    'latency',
    'CAFÉ',
    'eb-pr',
    id.slice(2, 12),
    'parsehtml',
    headline,
    headline.slice(4, 9),
    completeReport.verdict.class,
    'htmlparser2/lib/Parser.js',
    'decodeEnvelope',
    'lib parse LATENCY',
  ]) {
    assert.deepEqual(found(store, text), ['Latency of Café'], text);
  }
  for (const text of ['nothing', 'latency nothing', 'parsehtm1', 'Latency\nother'])
    assert.deepEqual(found(store, text), []);
  assert.deepEqual(found(store, 'latency', 'batch'), []);
  assert.deepEqual(found(store, 'other', 'batch'), ['other']);
});

test('a search takes every character literally', () => {
  const store = openTestStore();
  const names = [
    'CPU > 50%',
    'a_b "quoted"',
    "it's",
    'star* -minus',
    'x NEAR(y, 2)',
    'col:umn ^caret',
    'a AND b',
    'c+d\\e',
  ];
  for (const name of names) open(store, name);
  for (const name of names) assert.deepEqual(found(store, name), [name], name);
  for (const text of [
    '50_',
    '"CPU"',
    '50*',
    'CPU OR quoted',
    'alarm_name:CPU',
    'NOT',
    'NEAR(CPU',
    '"',
    "'",
    '*',
    '""""',
  ]) {
    const expected = names.filter((name) => text.split(' ').every((word) => `${name} web-prod`.includes(word)));
    assert.deepEqual(found(store, text).sort(), expected.sort(), text);
  }
  for (const text of ['a\0bcd', '\0', '\ud800\ud800\ud800', 'ab\udc00', '  ']) found(store, text);
});

test('words of one or two letters are looked for in a bounded number of incidents at a time', () => {
  const { db, store } = openTestDatabase();
  open(store, 'Äq first');
  db.exec(`WITH RECURSIVE many(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < 2500)
           INSERT INTO incident (id, state, alarm_key, alarm_name, changed_at_ms, scope, opened_at_ms,
                                 next_attempt_at_ms, alarm_json)
           SELECT 'row ' || i, 'throttled', 'k', 'name', i, 's', i, i, '{}' FROM many`);
  open(store, 'last äQ');
  const first = store.list({ text: 'äq', limit: 10 });
  assert.deepEqual([first.rows.map((row) => row.alarmName), first.searched, first.total], [['last äQ'], 2000, null]);
  const second = store.list({ text: 'äq', limit: 10, before: first.older ?? '' });
  assert.deepEqual(
    [second.rows.map((row) => row.alarmName), second.searched, second.older],
    [['Äq first'], null, null],
  );
  const full = store.list({ text: 'm', limit: 10 });
  assert.deepEqual(
    [full.rows.length, full.searched, full.total],
    [10, null, null],
    'the page was full before the bound',
  );
  assert.deepEqual(store.list({ text: 'la äq', limit: 10 }).searched, 2000);
  const indexed = store.list({ text: 'last äq', limit: 10 });
  assert.deepEqual([indexed.rows.length, indexed.searched], [1, null], 'a longer word narrows it');
});

test('a search goes through its pages, and counts only what one page shows', () => {
  const store = openTestStore();
  for (let at = 0; at < 5; at++) open(store, `many ${at}`);
  const first = store.list({ text: 'many', limit: 3 });
  assert.deepEqual([first.rows.length, first.total], [3, null]);
  const second = store.list({ text: 'many', limit: 3, before: first.older ?? '' });
  assert.deepEqual(
    second.rows.map((row) => row.alarmName),
    ['many 1', 'many 0'],
  );
  assert.deepEqual(store.list({ text: 'many', limit: 3, after: second.newer ?? '' }).rows, first.rows);
  assert.equal(store.list({ text: 'many', limit: 5 }).total, 5);
});

test('behind a cursor a search finds the same, common or rare', () => {
  const { db, store } = openTestDatabase();
  db.exec(`WITH RECURSIVE many(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < 1200)
           INSERT INTO incident (id, state, alarm_key, alarm_name, changed_at_ms, scope, group_name, opened_at_ms,
                                 next_attempt_at_ms, alarm_json)
           SELECT 'row ' || i, 'throttled', 'k', 'common' || iif(i % 500 = 1, ' Rare', ''), i, 's', 'group' || (i % 3),
                  i, i, '{}' FROM many`);
  const { older } = store.list({ limit: 100 });
  const ids = (text: string, limit: number, group?: string) => {
    const query = { text, limit, before: older ?? '', ...(group !== undefined && { group }) };
    return store.list(query).rows.map((row) => Number(row.id.slice(4)));
  };
  assert.deepEqual(ids('COMMON', 3), [1100, 1099, 1098]);
  assert.deepEqual(ids('rare COMMON', 3), [1001, 501, 1]);
  assert.deepEqual(ids('common', 3, 'group1'), [1099, 1096, 1093]);
  assert.deepEqual(ids('rare', 3, 'group1'), [1]);
  assert.deepEqual(ids('none', 3), []);
  const later = (text: string) =>
    store.list({ text, limit: 2, after: store.list({ text, limit: 2, before: older ?? '' }).older ?? '' });
  assert.deepEqual(
    later('common').rows.map((row) => row.id),
    ['row 1101', 'row 1100'],
  );
  assert.deepEqual(
    later('rare').rows.map((row) => row.id),
    ['row 1001', 'row 501'],
    'the newest page, for it is not full',
  );
  db.exec(`UPDATE incident SET group_name = 'few' WHERE id IN ('row 7', 'row 9', 'row 11')`);
  const few = store.list({ text: 'common', group: 'few', limit: 2 });
  assert.deepEqual([few.rows.map((row) => row.id), few.searched], [['row 11', 'row 9'], null]);
  const last = store.list({ text: 'common', group: 'few', limit: 2, before: few.older ?? '' });
  assert.deepEqual([last.rows.map((row) => row.id), last.older], [['row 7'], null]);
});

test('a long text is found as a whole, although only its beginning is asked of the index', () => {
  const store = openTestStore();
  const long = '/srv/app/src/module-7/service-308/handlers/of-requests.js';
  open(store, `a ${long}`);
  open(store, `a ${long.replace('requests', 'answers')}`);
  assert.deepEqual(found(store, long), [`a ${long}`]);
  assert.deepEqual(found(store, `${long} ${long} service-308`), [`a ${long}`]);
  assert.deepEqual(found(store, 'request'.repeat(28)), []);
  const { match, isLooked } = readSearch('request'.repeat(28), undefined);
  assert.deepEqual([match?.length, isLooked], [28, true], 'however long: 24 times three letters, in quotes');
  assert.equal(readSearch(Array(50).fill('abcd').join(' '), 'group').match?.split(' AND ').length, 13);
  assert.equal(readSearch('parseHTML htmlparser2', undefined).isLooked, false);
});

test('an incident is filtered by all that it is known by, and by any number of it at once', () => {
  const store = openTestStore();
  const id = open(store, 'first alarm');
  open(store, 'second alarm', 'batch');
  store.saveReport(id, completeReport);
  const names = (filter: IncidentFilter) => store.list({ ...filter, limit: 10 }).rows.map((row) => row.alarmName);
  for (const filter of [
    { function: 'Parser.parseHTML' },
    { function: 'parseHTML' },
    { function: 'decodeEnvelope', package: 'htmlparser2' },
    { verdict: 'hot path' },
    { alarm: 'first alarm' },
    { group: 'web-prod', state: 'burning', account: '123456789012', region: 'us-east-1' },
    { text: 'parsehtml', group: 'web-prod', state: 'burning' },
    { text: 'ht', function: 'parseHTML' },
  ]) {
    assert.deepEqual(names(filter), ['first alarm'], JSON.stringify(filter));
  }
  assert.deepEqual(names({ state: 'burning' }), ['second alarm', 'first alarm']);
  for (const filter of [
    { function: 'parse' },
    { function: 'parseHTML', group: 'batch' },
    { state: 'over' },
    { verdict: 'steal' },
  ]) {
    assert.deepEqual(store.list({ ...filter, limit: 10 }).total, 0, JSON.stringify(filter));
  }
  assert.equal(store.list({ state: 'burning', limit: 1 }).total, 2, 'one filter is counted');
  assert.equal(store.list({ state: 'burning', account: '123456789012', limit: 1 }).total, null);
  store.saveReport(id, { ...completeReport, findings: [] });
  assert.deepEqual(names({ function: 'parseHTML' }), [], 'a report that is written anew replaces the one before');
});

test('the state that is filtered by follows the incident', () => {
  const { db, store } = openTestDatabase();
  const id = open(store, 'a');
  const states = () => STATE_FILTERS.filter((state) => store.list({ state, limit: 1 }).rows.length > 0);
  assert.deepEqual(states(), ['burning']);
  db.exec(`UPDATE incident SET failure_json = '{}'`);
  assert.deepEqual(states(), ['burning', 'failed']);
  db.exec('UPDATE incident SET closed_at_ms = 5');
  assert.deepEqual(states(), ['over', 'failed']);
  db.exec(`UPDATE incident SET failure_json = NULL, state = 'lapsed'`);
  assert.deepEqual(states(), ['lapsed']);
  db.exec(`DELETE FROM incident`);
  assert.equal(store.row(id), undefined);
  assert.deepEqual(db.prepare('SELECT * FROM term').all(), [], 'with the last incident its values are gone');
});

test('a span of time has its pages, also after somebody has set the clock back', () => {
  const { db, store } = openTestDatabase();
  const opened = [10, 20, 30, 25, 40, 50];
  for (const at of opened) acceptAlarm(store, { nowMs: at, alarm: cpuAlarm(NOW, { name: `${at}` }) });
  const names = (filter: IncidentFilter) => store.list({ ...filter, limit: 10 }).rows.map((row) => row.alarmName);
  assert.deepEqual(names({ fromMs: 25 }), ['50', '40', '25', '30']);
  assert.deepEqual(names({ toMs: 30 }), ['25', '20', '10']);
  assert.deepEqual(names({ fromMs: 20, toMs: 40, state: 'burning' }), ['25', '30', '20']);
  assert.deepEqual(names({ fromMs: 51 }), []);
  const first = store.list({ fromMs: 15, toMs: 50, limit: 2 });
  const second = store.list({ fromMs: 15, toMs: 50, limit: 2, before: first.older ?? '' });
  assert.deepEqual(
    [...first.rows, ...second.rows].map(({ alarmName }) => alarmName),
    ['40', '25', '30', '20'],
  );
  assert.deepEqual([second.older, first.total], [null, null]);
  assert.equal(db.prepare('SELECT COUNT(*) FROM incident').pluck().get(), 6);
});

test('filters that no row has together are looked for in a bounded number of incidents at a time, both ways', () => {
  const { db, store } = openTestDatabase();
  db.exec(`WITH RECURSIVE many(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < 5000)
           INSERT INTO incident (id, state, alarm_key, alarm_name, changed_at_ms, scope, group_name, opened_at_ms,
                                 next_attempt_at_ms, alarm_json)
           SELECT 'row ' || i, 'throttled', 'k', iif(i <= 2500, 'low', 'high'), i, 's', 
                  iif(i BETWEEN 11 AND 2400 OR i > 4990, 'some', 'others'), i, i, '{}' FROM many`);
  const query = { alarm: 'high', group: 'some', limit: 5 };
  const numbers = (page: ReturnType<typeof store.list>) => page.rows.map((row) => Number(row.id.slice(4)));
  const first = store.list(query);
  assert.deepEqual([numbers(first), first.searched], [[5000, 4999, 4998, 4997, 4996], null]);
  const second = store.list({ ...query, before: first.older ?? '' });
  assert.deepEqual([numbers(second), second.searched], [[4995, 4994, 4993, 4992, 4991], 2000]);
  const third = store.list({ ...query, before: second.older ?? '' });
  assert.deepEqual([numbers(third), third.older], [[], null]);
  const low = store.list({ ...query, after: 'i1' });
  assert.deepEqual([numbers(low), low.searched], [[], 2000]);
  assert.deepEqual(numbers(store.list({ ...query, after: low.newer ?? '' })), [4995, 4994, 4993, 4992, 4991]);
});
