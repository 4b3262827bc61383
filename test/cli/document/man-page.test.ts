import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { manPage } from './man-page.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PAGE = join(ROOT, 'docs/smokejumper.1');

test('docs/smokejumper.1 is the man page of the table of commands (UPDATE_GOLDEN=1 prints it anew)', () => {
  if (process.env.UPDATE_GOLDEN) writeFileSync(PAGE, manPage());
  else assert.equal(readFileSync(PAGE, 'utf8'), manPage());
});

test('it is installed with the package, and no line of it is a request of its own', () => {
  const { man } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { man?: string };
  assert.equal(man, 'docs/smokejumper.1');
  const requests = new Set(manPage().match(/^[.'].{0,2}/gm));
  assert.deepEqual([...requests].sort(), ['.B ', '.PP', '.SH', '.SS', '.TH', '.TP', '.\\"'].sort());
});
