import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SymbolLineCache } from '../../../service/profile/perf-script/frame-line-by-symbol-cache.ts';
import { parseFrameLine, parseHeaderLine } from '../../../service/profile/perf-script/line.ts';

/** What `bare` makes of a line: the id, learnt when new, and its symbol and dso. Undefined when it has another form. */
function known(bare: SymbolLineCache, line: string | Buffer) {
  const bytes = Buffer.concat([Buffer.from('xx'), Buffer.from(line), Buffer.from('\n')]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!bare.read(bytes, 2, bytes.length - 2)) return undefined;
  const symbol = bytes.toString('utf8', bare.symbolStart, bare.symbolEnd);
  const dso = bytes.toString('utf8', bare.fileStart, bare.fileEnd);
  const found = bare.find(view);
  const id = found === 0 ? bare.add(0, 0) : found;
  return { id, isNew: found === 0, symbol, dso };
}

const at = (address: string, rest: string) => `\t${address.padStart(16)} ${rest}`;

test('a function is recognised at another address and offset', () => {
  const bare = new SymbolLineCache();
  const first = known(bare, at('7f00aa11', 'uv__run+0x1f (/usr/bin/node)'));
  assert.deepEqual(first, { id: 1, isNew: true, symbol: 'uv__run', dso: '/usr/bin/node' });
  for (const rest of ['uv__run+0xabcdef (/usr/bin/node)', 'uv__run (/usr/bin/node)', 'uv__run+0x0 (/usr/bin/node)']) {
    assert.deepEqual(known(bare, at('ffffffff81000000', rest)), { ...first, isNew: false }, rest);
  }
});

test('other symbols and files are other functions', () => {
  const bare = new SymbolLineCache();
  const lines = [
    'f+0x1 (/a)',
    'f+0x1 (/b)',
    'f+0x (/a)',
    'f+0y1 (/a)',
    'f-0x1 (/a)',
    'g+0x1+0x1 (/a)',
    'g (/a)',
    'f( (/a)',
  ];
  const ids = lines.map((rest) => known(bare, at('1', rest))?.id);
  assert.deepEqual(ids, [1, 2, 3, 4, 5, 6, 7, 8]);
  // A name and its file are told apart although both stand in one key.
  assert.notEqual(known(bare, at('1', 'a( (b)'))?.id, known(bare, at('1', 'a (b)'))?.id);
});

test('lines of other forms are left to the parser of text', () => {
  const others = [
    '',
    '\t',
    at('', 'f (/a)'),
    at('12', ''),
    at('12', 'f'),
    at('12', 'f+0x1'),
    at('12', '(/a)'),
    at('12', ' f (/a)'),
    at('12', 'f  (/a)'),
    at('12', 'f(/a)'),
    at('12', 'f\t(/a)'),
    at('12', 'f (/a))'),
    at('12', 'f (/memfd:x (deleted))'),
    at('12', 'f (/a) '),
    at('12', 'f (/a)\r'),
    at('12', '9 1.5 (/a)'),
    at('0x12', 'f (/a)'),
    at('1 2', 'f (/a)'),
    at('12', '\u00a0f (/a)'),
    at('12', 'f\u3000 (/a)'),
    `${at('12', 'f')}${'x'.repeat(5000)} (/a)`,
    ` ${'12'.padStart(16)} f (/a)`,
    '\t12 f (/a)',
  ];
  for (const line of others) assert.equal(known(new SymbolLineCache(), line), undefined, JSON.stringify(line));
});

/** Pieces of which lines are made that mean something here. */
const piece = fc.constantFrom(
  ...[
    'f',
    '+0x',
    '+',
    '0x1f',
    '0',
    'A',
    '(',
    ')',
    ' (',
    ' ',
    '\t',
    ';',
    '[unknown]',
    '(deleted)',
    '/a',
    'é',
    '\u00a0',
    '#',
    ':',
  ],
);
const rest = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const usual = fc.tuple(fc.constantFrom('f', 'g h', 'é+0x'), rest, fc.constantFrom('', '+0x1', '+0xAf'), rest);

test('what is read as bytes is what is read as text, and one id never stands for two functions', () => {
  const bare = new SymbolLineCache();
  const functions = new Map<number, string>();
  let read = 0;
  fc.assert(
    fc.property(fc.nat(0xffff), fc.oneof(usual, fc.tuple(rest, rest, rest, rest)), (address, [a, b, c, d]) => {
      const line = at(address.toString(16), `${a}${b}${c} (${d})`);
      const found = known(bare, line);
      if (found === undefined) return;
      read++;
      const frame = parseFrameLine(line);
      assert.equal(found.symbol, frame?.symbol);
      assert.equal(found.dso, frame?.dso);
      assert.equal(parseHeaderLine(line), undefined);
      const name = JSON.stringify([found.symbol, found.dso]);
      assert.equal(functions.get(found.id) ?? name, name);
      functions.set(found.id, name);
    }),
    { numRuns: 3000 },
  );
  assert.ok(read > 300, `${read} lines were of the usual form`);
});
