import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { CacheFolder } from '../../service/analysis/cache-folder.ts';
import { silentLog } from '../../service/shared/log.ts';
import { sha256 } from '../support/inline-analysis.ts';
import { temporaryFolder } from '../support/open-test-store.ts';

const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);
const open = (folder: string, maxBytes = 10_000, log = silentLog) => new CacheFolder(folder, maxBytes, log);
const inFolder = () => join(temporaryFolder(), 'cache');

test('what was put comes back with its hash, also in the next process', async () => {
  const folder = inFolder();
  await open(folder).put('inc-1 hot.svg', bytes(100, 1));
  for (const cache of [open(folder), open(folder)]) {
    const entry = await cache.get('inc-1 hot.svg');
    assert.deepEqual(entry && new Uint8Array(entry.content), bytes(100, 1));
    assert.equal(entry?.hash, sha256(bytes(100, 1)));
    assert.equal(await cache.get('inc-2 hot.svg'), undefined);
  }
});

test('a key that is put again has its new content, and counts once', async () => {
  const cache = open(inFolder(), 250);
  for (const fill of [1, 2, 3]) await cache.put('a', bytes(50, fill));
  await cache.put('b', bytes(50, 9));
  assert.equal((await cache.get('a'))?.content[0], 3);
  assert.equal((await cache.get('b'))?.content[0], 9);
});

test('the folder never grows beyond its size: who was not asked for longest goes', async () => {
  const folder = inFolder();
  const cache = open(folder, 700);
  for (const key of ['a', 'b', 'c']) await cache.put(key, bytes(150, 1));
  await cache.get('a');
  await cache.put('d', bytes(150, 1));
  assert.deepEqual(
    (await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.get(key)))).map((entry) => entry !== undefined),
    [true, false, true, true],
  );
  const used = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  assert.ok(used <= 700, `${used} bytes`);
});

test('what is larger than the whole cache is not kept, and nothing goes for it', async () => {
  const cache = open(inFolder(), 700);
  await cache.put('a', bytes(150, 1));
  await cache.put('huge', bytes(701, 1));
  assert.equal(await cache.get('huge'), undefined);
  assert.ok(await cache.get('a'));
});

test('the size and the order hold over a restart; what a killed process left half written is removed', async () => {
  const folder = inFolder();
  const before = open(folder);
  for (const key of ['a', 'b']) await before.put(key, bytes(150, key.charCodeAt(0)));
  for (const name of readdirSync(folder)) {
    const isA = readFileSync(join(folder, name))[100] === 97;
    utimesSync(join(folder, name), isA ? 2000 : 1000, isA ? 2000 : 1000);
  }
  writeFileSync(join(folder, 'x.tmp'), 'half');
  const after = open(folder, 500);
  await after.put('c', bytes(150, 1));
  assert.ok(!readdirSync(folder).includes('x.tmp'));
  assert.deepEqual(
    (await Promise.all(['a', 'b', 'c'].map((key) => after.get(key)))).map((entry) => entry !== undefined),
    [true, false, true],
  );
});

test('an entry that was cut off or changed on the disk is no entry, and goes', async () => {
  for (const damage of [(content: Buffer) => content.subarray(0, 90), (content: Buffer) => content.fill(7, 80)]) {
    const folder = inFolder();
    const cache = open(folder);
    await cache.put('a', bytes(100, 1));
    const [name = ''] = readdirSync(folder);
    writeFileSync(join(folder, name), damage(readFileSync(join(folder, name))));
    assert.equal(await cache.get('a'), undefined);
    assert.deepEqual(readdirSync(folder), []);
  }
});

test('a folder that somebody removes is made anew, and its old size is forgotten', async () => {
  const folder = inFolder();
  const cache = open(folder, 500);
  for (const key of ['a', 'b']) await cache.put(key, bytes(150, 1));
  rmSync(folder, { recursive: true });
  assert.equal(await cache.get('a'), undefined);
  for (const key of ['c', 'd']) await cache.put(key, bytes(150, 1));
  for (const key of ['c', 'd']) assert.ok(await cache.get(key), key);
});

test('a disk that fails means no cache, said once; when it works again, so does the cache', async () => {
  const folder = join(temporaryFolder(), 'cache');
  writeFileSync(folder, 'a file where the folder should be');
  const said: string[] = [];
  const cache = open(folder, 10_000, { ...silentLog, warn: (_facts, message) => said.push(message) });
  for (const key of ['a', 'b']) {
    await cache.put(key, bytes(10, 1));
    assert.equal(await cache.get(key), undefined);
  }
  assert.deepEqual(said, ['the cache of made files cannot be used; they are made each time']);
  rmSync(folder);
  mkdirSync(folder);
  await cache.put('a', bytes(10, 1));
  assert.ok(await cache.get('a'));
});
