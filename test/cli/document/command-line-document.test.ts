import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { printedCommands } from './printed-commands.ts';

const DOCUMENT = join(import.meta.dirname, '../../../docs/command-line.md');

test('docs/command-line.md prints the table of commands as it is (UPDATE_GOLDEN=1 prints it anew)', () => {
  const [begin, end] = ['<!-- commands -->\n', '\n<!-- end of commands -->'];
  const text = readFileSync(DOCUMENT, 'utf8');
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  assert.ok(from > begin.length && to >= from, 'the marks of the commands are missing');
  const expected = printedCommands();
  if (process.env.UPDATE_GOLDEN) writeFileSync(DOCUMENT, text.slice(0, from) + expected + text.slice(to));
  else assert.equal(text.slice(from, to), expected);
});
