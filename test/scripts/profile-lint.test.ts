import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { has, SCRIPT, scriptText } from '../support/scripts/profile-script.ts';

for (const [program, args] of [
  ['shellcheck', ['--severity=style', '--shell=sh']],
  ['shfmt', ['-d', '-ln', 'posix']],
] as const) {
  test(`${program} finds nothing in profile.sh`, (t) => {
    if (!has(program)) return t.skip(`${program} is not installed`);
    const result = spawnSync(program, [...args, SCRIPT], { encoding: 'utf8' });
    assert.equal(result.stdout + result.stderr, '');
    assert.equal(result.status, 0);
  });
}

for (const shell of [['dash'], ['bash', '--posix'], ['busybox', 'sh']]) {
  test(`${shell.join(' ')} can read profile.sh`, (t) => {
    const [program, ...words] = shell as [string, ...string[]];
    if (!has(program)) return t.skip(`${program} is not installed`);
    const result = spawnSync(program, [...words, '-n', SCRIPT], { encoding: 'utf8' });
    assert.equal(result.stderr, '');
    assert.equal(result.status, 0);
  });
}

test('profile.sh is short plain ASCII without what SSM would replace', () => {
  // A document with its parameters may hold 64 KB; AWS-RunShellScript itself and the arguments need few of them.
  const sent = JSON.stringify(scriptText).length;
  assert.ok(sent <= 48 * 1024, `${sent} bytes in JSON`);
  assert.doesNotMatch(scriptText, /[^\n\t -~]/);
  assert.ok(!scriptText.includes('{{'));
});

test('profile.sh runs only when it has arrived whole: its last line calls main', () => {
  assert.ok(scriptText.endsWith('\nmain "$@"\n'));
  const cut = scriptText.slice(0, -'main "$@"\n'.length);
  const result = spawnSync('sh', ['-c', cut, 'sh', 'run', '--id', 'x'], { encoding: 'utf8' });
  assert.deepEqual([result.status, result.stdout, result.stderr], [0, '', '']);
});

test('no path of profile.sh ends with the exit codes that mean something else to the SSM agent', () => {
  for (const [, code] of scriptText.matchAll(/\b(?:die|exit) (\d+)/g))
    assert.ok(code !== '194' && code !== '168', code);
});
