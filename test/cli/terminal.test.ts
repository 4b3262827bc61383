import assert from 'node:assert/strict';
import test from 'node:test';
import { terminalOf } from '../../service/cli/output/terminal.ts';
import { wrap } from '../../service/cli/output/wrap.ts';

const TTY = { isTTY: true, columns: 72 };

test('a terminal has its own width, a file 100 columns; COLUMNS decides over both, within reason', () => {
  const width = (stream: object, COLUMNS?: string) =>
    terminalOf(stream, 'auto', COLUMNS === undefined ? {} : { COLUMNS }).width;
  assert.deepEqual([width(TTY), width({}), width({ isTTY: true, columns: 0 })], [72, 100, 100]);
  assert.deepEqual([width(TTY, '64'), width({}, '120'), width({}, '9'), width({}, '9999')], [64, 120, 40, 160]);
  for (const wrong of ['', '0', '-3', 'wide', '1e9', '999999999999']) assert.equal(width(TTY, wrong), 72, wrong);
});

test('colours: --color decides, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal', () => {
  const isRed = (stream: object, color: string | undefined, environment: Record<string, string>) =>
    terminalOf(stream, color, environment).style.red('x') !== 'x';
  assert.deepEqual([isRed(TTY, undefined, {}), isRed({}, undefined, {})], [true, false]);
  assert.equal(isRed(TTY, 'auto', { TERM: 'dumb' }), false);
  assert.equal(isRed(TTY, 'auto', { NO_COLOR: '1', FORCE_COLOR: '1' }), false);
  assert.equal(isRed(TTY, 'auto', { NO_COLOR: '' }), true);
  assert.equal(isRed({}, 'auto', { FORCE_COLOR: '1' }), true);
  assert.equal(isRed(TTY, 'auto', { FORCE_COLOR: '0' }), false);
  assert.equal(isRed({}, 'always', { NO_COLOR: '1' }), true);
  assert.equal(isRed(TTY, 'never', { FORCE_COLOR: '1' }), false);
});

test('text is wrapped at blanks, behind a lead and an indentation; a word that is too long is cut', () => {
  assert.deepEqual(wrap('one two three', '    ', 12, '– '), ['– one two', '    three']);
  assert.deepEqual(wrap('x'.repeat(20), '  ', 10), [`  ${'x'.repeat(7)}…`]);
  assert.deepEqual(wrap('', '  ', 10), ['  ']);
});
