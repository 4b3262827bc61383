import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { BOOK_KEYS } from '../../service/rules-file/read-book.ts';
import { MATCH_KEYS } from '../../service/rules-file/read-match.ts';
import { QUIET_KEYS } from '../../service/rules-file/read-quiet-hours.ts';
import { readRulesFile } from '../../service/rules-file/read-rules-file.ts';
import { SETTING_KEYS } from '../../service/rules-file/read-settings.ts';
import { TARGET_KEYS } from '../../service/rules-file/read-targets.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/rules.md'), 'utf8');

test('docs/rules.md has each key of the file and no other, where it belongs', () => {
  const rows = [...DOCUMENT.matchAll(/^\| `(\w+)` \| ([a-z ]+) \|/gm)].map(([, key, where]) => `${where}: ${key}`);
  const all = (where: string, keys: readonly string[]) => keys.map((key) => `${where}: ${key}`);
  const expected = [
    ...all('file', BOOK_KEYS),
    ...all('rule', ['name', 'match']),
    ...all('match', MATCH_KEYS),
    ...all('target', TARGET_KEYS.known),
    ...all('setting', SETTING_KEYS),
    ...all('quiet hours', QUIET_KEYS),
  ];
  assert.deepEqual(rows.sort(), expected.sort());
});

test('the example of docs/rules.md is a good file', () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(DOCUMENT)?.[1] ?? '';
  const { targets, defaults, rules } = readRulesFile(example, 'docs/rules.md');
  assert.deepEqual(
    targets.map(({ region }) => region),
    ['eu-west-1', 'us-east-1'],
  );
  assert.deepEqual(defaults, { seconds: 30, severity: 'high' });
  assert.deepEqual(
    rules.map(({ name }) => name),
    ['staging is left alone', 'web at night', 'everything else'],
  );
});
