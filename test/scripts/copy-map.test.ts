/** What root copies out of a folder that belongs to everybody. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, has, PARTS } from '../support/scripts/remote-script.ts';

const LIMIT = 20;
const UID = `${process.getuid?.() ?? 0}`;

function copyMap(map: string, to: string, { owner = UID, shell = ['sh'] } = {}): number | null {
  const [program, ...words] = shell as [string, ...string[]];
  const args = [...words, join(PARTS, 'run/copy-map.sh'), map, owner, to, `${LIMIT}`];
  return spawnSync(program, args, { stdio: 'ignore' }).status;
}

for (const shell of [['dash'], ['bash', '--posix'], ['busybox', 'sh']]) {
  test(`under ${shell.join(' ')} a map is copied, its zero bytes replaced; of a large one the end`, (t) => {
    if (!has(shell[0] as string)) return t.skip(`${shell[0]} is not installed`);
    const dir = folder(t);
    const [map, copy] = [join(dir, 'perf-7.map'), join(dir, 'copy')];
    writeFileSync(map, '10 5 a\0b\n');
    assert.equal(copyMap(map, copy, { shell }), 0);
    assert.equal(readFileSync(copy, 'utf8'), '10 5 a?b\n');
    assert.ok(!existsSync(`${copy}.base`));
    writeFileSync(map, `${'x'.repeat(15)}\n20 5 the end\n`);
    assert.equal(copyMap(map, copy, { shell }), 0);
    assert.equal(readFileSync(copy, 'utf8'), `${'x'.repeat(6)}\n20 5 the end\n`);
    assert.equal(readFileSync(`${copy}.base`, 'utf8'), '9\n');
  });
}

test('a link, a folder behind a link, a pipe or a folder is not copied', (t) => {
  const dir = folder(t);
  const copy = join(dir, 'copy');
  mkdirSync(join(dir, 'tmp'));
  writeFileSync(join(dir, 'tmp/secret'), 'secret\n');
  symlinkSync(join(dir, 'tmp/secret'), join(dir, 'tmp/link.map'));
  symlinkSync(join(dir, 'tmp'), join(dir, 'linked'));
  mkdirSync(join(dir, 'tmp/folder.map'));
  for (const map of ['tmp/link.map', 'linked/secret', 'tmp/folder.map', 'tmp/absent.map']) {
    assert.notEqual(copyMap(join(dir, map), copy), 0, map);
    assert.ok(!existsSync(copy), map);
  }
});

test('a map of another user is not copied, for root as owner it is', (t) => {
  const dir = folder(t);
  const map = join(dir, 'perf-7.map');
  writeFileSync(map, 'x\n');
  const stranger = `${Number(UID) + 1}`;
  const allowed = UID === '0';
  assert.equal(copyMap(map, join(dir, 'copy'), { owner: stranger }) === 0, allowed);
  assert.equal(existsSync(join(dir, 'copy')), allowed);
});
