import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Entry>>;
};
const entries = Object.entries(lock.packages);

test('the lock file names no registry', () => {
  const naming = entries.filter(([, entry]) => entry.resolved?.startsWith('http'));
  assert.deepEqual(naming, []);
});

test('the lock file has the packages of all platforms with a version, or `npm ci` refuses it', () => {
  // npm leaves out what the registry at hand does not carry, such as the builds for other systems.
  const missing = entries.flatMap(([, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) => !entries.some(([path, known]) => path.endsWith(`node_modules/${name}`) && known.version !== undefined),
    ),
  );
  assert.deepEqual(missing, []);
});

test('the lock file has the integrity of every package, or npm would install that one unchecked', () => {
  const unchecked = entries.filter(([path, entry]) => path !== '' && entry.integrity === undefined);
  assert.deepEqual(unchecked, []);
});
