/**
 * Names of Rust before 2025: C++ names of plain segments, the last of which is a hash
 * (rustc's `compiler/rustc_symbol_mangling/src/legacy.rs`).
 */

const MIN_DISTINCT = 5;

/** What `$…$` in a segment stands for. */
const ESCAPES: Readonly<Record<string, string>> = {
  SP: '@',
  BP: '*',
  RF: '&',
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
};

/** `17h0123456789abcdef`, where a real hash has at least five different digits. */
function isHash(segment: string): boolean {
  return /^h[0-9a-f]{16}$/.test(segment) && new Set(segment.slice(1)).size >= MIN_DISTINCT;
}

/** The segments of `_ZN…E`; undefined where it has others. */
function segmentsOf(symbol: string): string[] | undefined {
  const segments: string[] = [];
  let at = 3;
  while (symbol[at] !== 'E') {
    let length = 0;
    const from = at;
    for (; /^[0-9]$/.test(symbol[at] ?? ''); at++) length = length * 10 + Number(symbol[at]);
    if (at === from || length > symbol.length - at) return undefined;
    segments.push(symbol.slice(at, at + length));
    at += length;
  }
  return segments;
}

function unescaped(code: string): string | undefined {
  if (Object.hasOwn(ESCAPES, code)) return ESCAPES[code];
  if (!/^u[0-9a-f]{1,6}$/.test(code)) return undefined;
  const point = Number.parseInt(code.slice(1), 16);
  const char = point <= 0x10ffff ? String.fromCodePoint(point) : '';
  // Control characters are never written this way, and would break lines.
  return char === '' || /\p{C}/u.test(char) ? undefined : char;
}

function readable(segment: string): string {
  // A segment may not begin with an escape: rustc puts an underscore before it.
  let rest = segment.startsWith('_$') ? segment.slice(1) : segment;
  let text = '';
  while (rest !== '') {
    if (rest.startsWith('..')) {
      text += '::';
      rest = rest.slice(2);
    } else if (rest.startsWith('$')) {
      const end = rest.indexOf('$', 1);
      const plain = end < 0 ? undefined : unescaped(rest.slice(1, end));
      if (plain === undefined) return text + rest;
      text += plain;
      rest = rest.slice(end + 1);
    } else {
      const next = rest.slice(1).search(/[$.]/);
      const end = next < 0 ? rest.length : next + 1;
      text += rest.slice(0, end);
      rest = rest.slice(end);
    }
  }
  return text;
}

/** `_ZN4core3fmt5write17h0123456789abcdefE` → `core::fmt::write`; undefined for names of C++. */
export function demangleRustLegacy(symbol: string, maxLength: number): string | undefined {
  if (!symbol.startsWith('_ZN') || !symbol.includes('17h')) return undefined;
  const segments = segmentsOf(symbol);
  const hash = segments?.pop();
  if (segments === undefined || segments.length === 0 || hash === undefined || !isHash(hash)) return undefined;
  return segments.map(readable).join('::').slice(0, maxLength);
}
