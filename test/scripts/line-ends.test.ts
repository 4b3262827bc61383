import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const SCRIPTS = globSync(['remote-scripts/**/*.*', 'sandbox/**/*.sh'], { cwd: ROOT });

test('no script has a CR, with which sh and SSM would read other words', () => {
  assert.ok(SCRIPTS.length > 20);
  const wrong = SCRIPTS.filter((name) => readFileSync(join(ROOT, name), 'utf8').includes('\r'));
  assert.deepEqual(wrong, []);
});

test('git checks scripts out with LF on every system', (t) => {
  const asked = spawnSync('git', ['check-attr', 'text', 'eol', '--', ...SCRIPTS], { cwd: ROOT, encoding: 'utf8' });
  if (asked.status !== 0) return t.skip('this is no checkout of git');
  const lines = asked.stdout.trimEnd().split('\n');
  assert.equal(lines.length, 2 * SCRIPTS.length);
  assert.deepEqual(
    lines.filter((line) => !/: (text: set|eol: lf)$/.test(line)),
    [],
  );
});
