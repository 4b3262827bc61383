import assert from 'node:assert/strict';
import test from 'node:test';
import { type Fields, readChange, readLabel, readName } from '../../../service/incidents/triage/change.ts';
import { judgeChange } from '../../../service/incidents/triage/judge-change.ts';
import { readMuteDuration, readMutedGroup } from '../../../service/incidents/triage/mute-request.ts';
import { NO_TRIAGE, TRIAGE_COUNTS, type Triage, type TriageAction } from '../../../service/incidents/triage/triage.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const BAD = { code: 'BAD_CHANGE' };
const CONFLICT = { code: 'CHANGE_CONFLICT' };

test('a form says nothing by an empty field, JSON by null', () => {
  assert.deepEqual(readChange('assign', { to: ' ', was: '' }), { what: 'assign', to: null, was: null });
  assert.deepEqual(readChange('assign', { to: null, was: null }), { what: 'assign', to: null, was: null });
  assert.deepEqual(readChange('assign', { to: 'bob' }), { what: 'assign', to: 'bob' });
  assert.deepEqual(readChange('known', { to: '' }), { what: 'known', to: '' });
  assert.deepEqual(readChange('known', { to: 'x', clear: '1' }), { what: 'known', to: null });
  assert.deepEqual(readChange('close-note', { note: '7' }), { what: 'close-note', note: 7 });
  assert.deepEqual(readChange('close-note', { note: 7 }), { what: 'close-note', note: 7 });
});

test('names, labels and lines are one line without what cannot be seen', () => {
  assert.equal(readName('  Ann\n  B. '), 'Ann B.');
  assert.equal(readLabel(' Slow Regex '), 'slow regex');
  for (const name of ['', '  ', 'a\u202eb', 'a\u0000b', 'x'.repeat(61)]) assert.throws(() => readName(name), BAD, name);
  for (const label of ['', '#a', '<b>', '-a', 'x'.repeat(41)]) assert.throws(() => readLabel(label), BAD, label);
});

test('a note keeps its lines, loses what cannot be seen, and has an end', () => {
  assert.deepEqual(readChange('note', { text: ' a\r\nb\u202e\tc ' }), { what: 'note', text: 'a\nb\ufffd\tc' });
  assert.throws(() => readChange('note', { text: ' \n ' }), { ...BAD, message: 'The note is empty.' });
  assert.throws(() => readChange('note', { text: 'x'.repeat(4001) }), {
    ...BAD,
    message: 'The note has 4001 characters; it may have 4000.',
  });
});

test('what is not text counts as missing', () => {
  const cases: readonly (readonly [TriageAction, Fields])[] = [
    ['note', { text: ['a'] }],
    ['label', { label: 7 }],
    ['close-note', { note: 'x' }],
    ['close-note', { note: -1 }],
    ['close-note', {}],
  ];
  for (const [what, fields] of cases) assert.throws(() => readChange(what, fields), BAD, JSON.stringify(fields));
});

test('two people do not overwrite each other without knowing', () => {
  const assigned: Triage = { ...NO_TRIAGE, assignee: 'bob' };
  assert.throws(() => judgeChange(assigned, { what: 'assign', to: 'cat', was: null }, 'ann'), {
    ...CONFLICT,
    message: 'Meanwhile it is assigned to "bob".',
  });
  assert.deepEqual(judgeChange(assigned, { what: 'assign', to: 'cat', was: 'bob' }, 'ann'), { from: 'bob', to: 'cat' });
  assert.deepEqual(judgeChange(assigned, { what: 'assign', to: 'cat' }, 'ann'), { from: 'bob', to: 'cat' });
  assert.throws(
    () => judgeChange(NO_TRIAGE, { what: 'fixed', to: '3', was: '2' }, 'ann'),
    /not fixed in anything any more/,
  );
  const fixed: Triage = { ...NO_TRIAGE, fixed: { text: '1', by: 'bob', atMs: NOW } };
  assert.throws(
    () => judgeChange(fixed, { what: 'fixed', to: '3', was: '2' }, 'ann'),
    /fixed in "1"; "bob" said so at 2026-11-23 03:00:00 UTC/,
  );
});

test('an acknowledgement is one person’s, and repeating it is nothing new', () => {
  const acknowledged: Triage = { ...NO_TRIAGE, acknowledged: { by: 'bob', atMs: NOW } };
  assert.equal(judgeChange(acknowledged, { what: 'acknowledge' }, 'bob'), null);
  assert.throws(() => judgeChange(acknowledged, { what: 'acknowledge' }, 'ann'), {
    ...CONFLICT,
    message: '"bob" acknowledged it at 2026-11-23 03:00:00 UTC.',
  });
});

test('notes, labels and changes of an incident have an end', () => {
  const remark = { text: 'x', by: 'a', atMs: NOW };
  const full: Triage = {
    ...NO_TRIAGE,
    notes: Array.from({ length: TRIAGE_COUNTS.notes }, (_, at) => ({ ...remark, id: at + 1, closed: null })),
    labels: Array.from({ length: TRIAGE_COUNTS.labels }, (_, at) => `l${at}`),
  };
  assert.throws(() => judgeChange(full, { what: 'note', text: 'y' }, 'ann'), /100 notes already/);
  assert.throws(() => judgeChange(full, { what: 'label', label: 'y' }, 'ann'), /20 labels already/);
  const change = { atMs: NOW, who: 'a', what: 'pin', from: null, to: null } as const;
  const changes = Array.from({ length: TRIAGE_COUNTS.changes }, () => change);
  assert.throws(() => judgeChange({ ...NO_TRIAGE, changes }, { what: 'pin' }, 'ann'), CONFLICT);
  assert.throws(() => judgeChange(NO_TRIAGE, { what: 'close-note', note: 5 }, 'ann'), { code: 'NO_NOTE' });
});

test('a group is muted for a minute to thirty days', () => {
  const HOUR = 3_600_000;
  for (const [text, hours] of [
    ['30m', 0.5],
    ['30 min', 0.5],
    ['2h', 2],
    ['3D', 72],
    ['30d', 720],
  ] as const) {
    assert.equal(readMuteDuration(text), hours * HOUR, text);
  }
  for (const text of ['', '2', 'h', '0h', '31d', '-2h', '2w', '1.5h', '9999999h']) {
    assert.throws(() => readMuteDuration(text), BAD, text);
  }
  assert.equal(readMutedGroup(' web '), 'web');
  for (const group of ['', ' ', 'x'.repeat(256)]) assert.throws(() => readMutedGroup(group), BAD, group);
});
