import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { demangle } from '../../../service/profile/demangle/demangle.ts';

/** A symbol, and indented below it what perf prints. */
function readNames(file: string): (readonly [symbol: string, name: string])[] {
  const lines = readFileSync(join(import.meta.dirname, '../../fixtures/demangle', file), 'utf8').split('\n');
  const symbols = lines.slice(1, -1).filter((_, i) => i % 2 === 0);
  return symbols.map((symbol, i) => [symbol, (lines[2 * i + 2] as string).slice(2)]);
}

const FILES = { 'cpp.txt': 190, 'node-24.21.0.txt': 250, 'rust.txt': 100 };

for (const [file, least] of Object.entries(FILES)) {
  test(`the names of ${file} are printed as perf prints them`, () => {
    const names = readNames(file);
    assert.ok(names.length >= least);
    for (const [symbol, name] of names) assert.equal(demangle(symbol), name);
  });
}

/** What this project's reports and rules rely on, at a glance. */
const KNOWN: readonly (readonly [symbol: string, name: string])[] = [
  ['_ZN2v88internal4Heap11AllocateRawEi', 'v8::internal::Heap::AllocateRaw'],
  [
    '_ZN4node12_GLOBAL__N_111ZlibContext16DoThreadPoolWorkEv',
    'node::(anonymous namespace)::ZlibContext::DoThreadPoolWork',
  ],
  ['_ZNK2v88internal11AllocationsclEv', 'v8::internal::Allocations::operator()'],
  ['_ZN4node5StartEiPPc.cold', 'node::Start'],
  ['_ZN1A1bEv.isra.0.part.0', 'A::b'],
  ['_ZN1A1bEv.constprop.0', 'A::b'],
  ['_ZNSolsEi@@GLIBCXX_3.4', 'std::ostream::operator<<'],
  ['_ZNSolsEi@GLIBCXX_3.4', 'std::ostream::operator<<'],
  ['_ZN1A1bEv [clone .part.0]', 'A::b'],
  ['_ZNSolsEi@plt', 'std::ostream::operator<<@plt'],
  ['__ZN1A1bEv', 'A::b'],
  ['_ZN4core3fmt5write17h0123456789abcdefE', 'core::fmt::write'],
  ['_ZN4core3fmt5write17h0123456789abcdefE.llvm.123', 'core::fmt::write'],
  ['_ZN54_$LT$a..S$LT$T$GT$$u20$as$u20$a..Tr$RF$$C$$LP$$RP$$GT$2go17h0123456789abcdefE', '<a::S<T> as a::Tr&,()>::go'],
  ['_RNvNtCs1234_7mycrate3foo3bar', 'mycrate::foo::bar'],
  ['_RNvNtCs1234_7mycrate3foo3bar.llvm.123', 'mycrate::foo::bar'],
  ['_RNCNvC1a4main0', 'a::main::{closure#0}'],
  ['_RNvC7mycrateu8gdel_5qa', 'mycrate::gödel'],
];

test('what reports rely on', () => {
  for (const [symbol, name] of KNOWN) assert.equal(demangle(symbol), name);
});

test('letters beyond Latin are decoded in old names of Rust, which perf leaves escaped', () => {
  assert.equal(demangle('_ZN1a25_$u65e5$$u672c$_$u202e$x217h0123456789abcdefE'), 'a::日本_$u202e$x2');
});

test('what is not mangled, or cannot be read, stays', () => {
  const others = [
    '',
    '_',
    '_Z',
    '_ZN',
    '_R',
    '_start',
    'main',
    'main.cold',
    'uv__io_poll',
    'Builtins_ArrayMap',
    'v8::internal::Heap::AllocateRaw',
    'JS:*parse /srv/app.js:5:63',
    '_Z99short',
    '_ZNE',
    '_ZS_',
    '_Z1fIT_Evv',
    '_Z1fISA_Evv',
    '_RNvC1a',
    '_RNvC1aB9_',
    '_RC1a!',
    '_RNvC1au4_\u{0}ab',
    '_ZN2v88internal8compiler10turbo...',
  ];
  for (const symbol of others) assert.equal(demangle(symbol), symbol);
});
