import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { TOPIC } from '../../fixtures/alarms/messages.ts';
import { outcomeOf } from './outcome.ts';
import { SHAPES } from './shape-table.ts';

const DOCUMENT = join(import.meta.dirname, '../../../docs/alarms.md');
const PLACE = { region: 'eu-west-1', accounts: ['111122223333'] };

/** In a cell a bar would end it. */
const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function printedShapes(): string {
  const rows = SHAPES.map(({ words, message, why }) => {
    const { does, reason } = outcomeOf(message, PLACE, TOPIC);
    return row([words, does, why ?? reason]);
  });
  return [row(['Alarm', 'What Smokejumper does', 'Why']), '|---|---|---|', ...rows].join('\n');
}

test('what is ignored has its reason from the service, what is profiled one of the table', () => {
  for (const { id, message, why } of SHAPES) {
    const isIgnored = outcomeOf(message, PLACE, TOPIC).does === 'ignores it';
    assert.equal(isIgnored, why === undefined, `${id}: ${outcomeOf(message, PLACE, TOPIC).reason}`);
  }
});

test('docs/alarms.md prints what becomes of each shape (UPDATE_GOLDEN=1 prints it anew)', () => {
  const [begin, end] = ['<!-- shapes -->\n', '\n<!-- end of shapes -->'];
  const text = readFileSync(DOCUMENT, 'utf8');
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  assert.ok(from > begin.length && to >= from, 'the marks of the shapes are missing');
  const expected = printedShapes();
  if (process.env.UPDATE_GOLDEN) writeFileSync(DOCUMENT, text.slice(0, from) + expected + text.slice(to));
  else assert.equal(text.slice(from, to), expected);
});
