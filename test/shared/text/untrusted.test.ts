import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeXml } from '../../../service/flamegraph/picture/text.ts';
import { clean, cleanPath } from '../../../service/report/clean-text.ts';
import { ascii, oneLine, quoted, visible } from '../../../service/shared/text/untrusted.ts';

/**
 * By code point, apart from the expressions in the code: controls, separators, bidi, zero width, tags, what XML
 * forbids, surrogates.
 */
const UNSAFE: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2064],
  [0x2066, 0x206f],
  [0xfeff, 0xfeff],
  [0xfffe, 0xffff],
  [0xe0020, 0xe007f],
];

function isUnsafe(text: string): boolean {
  return [...text].some((character) => {
    const code = character.codePointAt(0) as number;
    return UNSAFE.some(([from, to]) => code >= from && code <= to) || (code >= 0xd800 && code <= 0xdfff);
  });
}

const CLEANERS: Readonly<Record<string, (text: string) => string>> = {
  visible,
  oneLine,
  quoted,
  ascii,
  escapeXml,
  clean: (text) => clean(text, 200),
  cleanPath: (text) => cleanPath(text, 200),
};

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      ...UNSAFE.flatMap(([from, to]) => [String.fromCodePoint(from), String.fromCodePoint(to)]),
      '\ud800',
      '\udc00',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

for (const [name, cleaner] of Object.entries(CLEANERS)) {
  test(`${name} lets none of the unsafe characters through, and cleans nothing twice`, () => {
    for (const [from, to] of UNSAFE)
      for (let code = from; code <= to; code++)
        assert.ok(!isUnsafe(cleaner(`a${String.fromCodePoint(code)}b`)), code.toString(16));
    fc.assert(fc.property(hostile, (text) => assert.ok(!isUnsafe(cleaner(text)))));
    if (name !== 'quoted' && name !== 'escapeXml')
      fc.assert(fc.property(hostile, (text) => assert.equal(cleaner(cleaner(text)), cleaner(text))));
  });
}

test('ordinary names stay as they are, in any script', () => {
  for (const name of ['parseHTML', 'größe', '解析', 'разбор', 'a b', '🔥', 'é', 'λ → x'])
    for (const cleaner of [visible, oneLine]) assert.equal(cleaner(name), name);
});

test('a line break becomes a blank in a sentence and is shown in a name', () => {
  assert.equal(oneLine(' a\r\nb\u202ec '), 'a b\ufffdc');
  assert.equal(visible('a\nb'), 'a\ufffdb');
});

test('a quoted name is read back by a JSON parser', () => {
  assert.equal(quoted('a"\u202e\n'), '"a\\"\\u202e\\n"');
  fc.assert(fc.property(hostile, (text) => assert.equal(JSON.parse(quoted(text)), text)));
});

test('our own signs are spelled in ASCII, others are not guessed at', () => {
  assert.equal(
    ascii('0.02 → 1.41 cores ± 0.1, größe 🔥'),
    '0.02 -> 1.41 cores +- 0.1, gr??e ?'.replace('gr??e', 'gr??e'),
  );
});
