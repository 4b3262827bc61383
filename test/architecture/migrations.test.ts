import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

/** A file of another name would be passed over, and two of one number would change how many there are. */
test('migrations are numbered from 1 without a gap, and nothing else lies beside them', () => {
  const names = readdirSync(join(import.meta.dirname, '../../migrations')).sort();
  assert.ok(names.length >= 10);
  for (const [at, name] of names.entries()) {
    assert.match(name, /^\d{4}_[a-z0-9-]+\.sql$/);
    assert.equal(Number(name.slice(0, 4)), at + 1, name);
  }
});
