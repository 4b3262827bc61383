import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitLabel } from '../../../service/flamegraph/picture/text.ts';

const LABELS: readonly (readonly [
  label: readonly [glyph: string, delta: string, name: string],
  columns: number,
  shown: string,
])[] = [
  [['', '', 'v8::internal::Heap::Allocate'], 40, 'v8::internal::Heap::Allocate'],
  [['', '', 'v8::internal::Heap::Allocate'], 12, 'Allocate'],
  [['', '', 'v8::internal::(anonymous namespace)::Invoke'], 5, 'Invo…'],
  [['▲', '+0.38', 'node::http_parser::Parser::OnStreamRead'], 22, '▲ +0.38 OnStreamRead'],
  [['', '', 'std::function<int (int)>::operator()'], 14, 'operator()'],
  [['', '', 'parse · htmlparser2'], 8, 'parse ·…'],
  [['', '+0.20', '::'], 5, '::'],
  // What looks like a mark is part of the name.
  [['', '', '▲ +0.38 handleRequest'], 12, '▲ +0.38 ha…'],
  [['▲', '+0.38', 'handle'], 15, '▲ +0.38 handle'],
  [['▲', '+0.38', 'handleRequest'], 12, '▲ handleRe…'],
  [['▲', '+0.38', 'handleRequest'], 17, '▲ +0.38 handleR…'],
  [['', '', 'a::'], 3, 'a::'],
  [['', '', 'abc'], 2, ''],
];

test('labels of C++ lose their namespaces before their end', () => {
  for (const [[glyph, delta, name], columns, shown] of LABELS)
    assert.equal(fitLabel({ glyph, delta, name }, columns), shown);
});

test('a long name takes no noticeable time, whatever it contains', () => {
  for (const piece of ['a', 'a::', 'a<', 'a<b>::', '(anonymous namespace)::', '~$'])
    assert.ok(fitLabel({ glyph: '', delta: '', name: piece.repeat(10_000) }, 20).length <= 20);
});
