import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { engineCommand, targetText, visitText } from '../../bench/attach/engine-text.ts';
import { has } from '../support/scripts/remote-script.ts';

const SCRIPTS = ['checks.sh', 'engine.sh'].map((name) => join(import.meta.dirname, '../../remote-scripts/v8', name));
const shellText = engineCommand('');

for (const [program, args] of [
  ['shellcheck', ['--severity=style', '--shell=sh']],
  ['shfmt', ['-d', '-ln', 'posix']],
] as const) {
  test(`${program} finds nothing in the V8 engine`, (t) => {
    if (!has(program)) return t.skip(`${program} is not installed`);
    const result = spawnSync(program, [...args, ...SCRIPTS], { encoding: 'utf8' });
    assert.equal(result.stdout + result.stderr, '');
    assert.equal(result.status, 0);
  });
}

for (const shell of [['dash'], ['bash', '--posix'], ['busybox', 'sh']]) {
  test(`${shell.join(' ')} can read the V8 engine`, (t) => {
    const [program, ...words] = shell as [string, ...string[]];
    if (!has(program)) return t.skip(`${program} is not installed`);
    const result = spawnSync(program, [...words, '-n', '-c', shellText], { encoding: 'utf8' });
    assert.equal(result.stderr, '');
    assert.equal(result.status, 0);
  });
}

test('the texts of the V8 engine are plain ASCII without what SSM would replace', () => {
  for (const text of [shellText, visitText, targetText]) {
    assert.doesNotMatch(text, /[^\n\t -~]/);
    assert.ok(!text.includes('{{') && !text.includes('}}'));
  }
});

test('every reason has a sentence of its own', () => {
  const said = new Set([...shellText.matchAll(/^\t([A-Z_0-9]+)\) *(?:echo|$)/gm)].map(([, code]) => code));
  const codes = [
    ...`${shellText}${visitText}`.matchAll(/(?:reason=(?:\$\{v8_reason:-)?|Refusal\(')([A-Z][A-Z_0-9]+)/g),
  ];
  const general = [
    'VISITOR_DIED',
    'NO_INSPECTOR',
    'NO_CONNECTION',
    'BAD_ANSWER',
    'NOT_EVALUATED',
    'NOT_STARTED',
    'ORPHANED',
  ];
  for (const [, code] of codes) {
    assert.ok(said.has(code as string) || general.includes(code as string), `${code} has no sentence`);
  }
});
