/** Runs of runtime frames share rows; nothing else changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { prepareProfile } from '../../../service/flamegraph/data/flame-data.ts';
import { ownFunctions } from '../../../service/flamegraph/data/static-frame-data.ts';
import { foldRuns, isInside, ownSums, rowsWorthDrawing } from '../../../service/flamegraph/picture/folding.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

function folded(text: string, open: readonly string[] = []) {
  const { tree, functions } = prepareProfile(profileFromText(text));
  const own = ownFunctions(functions, () => false);
  const name = (node: number): string => functions[tree.fn[node] as number]?.name ?? 'all';
  const rows = foldRuns(tree, own, (node) => open.includes(name(node)));
  return { tree, own, name, rows };
}

/** Frames by row, `[n]` for a folded run of n frames. */
function drawn(text: string, open: readonly string[] = []): string[] {
  const { tree, name, rows } = folded(text, open);
  const lines: string[] = [];
  for (let node = 0; node < tree.length; node++) {
    if (isInside(rows, node)) continue;
    const label = rows.run?.[node] === node ? `[${rows.runs.get(node)}]` : name(node);
    lines.push(`${'  '.repeat(rows.row[node] as number)}${label}`);
  }
  return lines;
}

const APP = 'handle@/srv/app.js:1';
const TIMER = 'listOnTimeout@node:internal/timers:1';
const INNER = 'inner@/srv/b.js:2;v8::Grow;memcpy[libc.so.6]';
const STACKS = `
  1 __libc_start_main[libc.so.6];uv_run;${TIMER};${APP};Builtins_ArrayMap;v8::Map;${INNER} 5
  2 __libc_start_main[libc.so.6];uv_run;epoll_wait[kernel] 3`;

test('own code comes first: the way to it and what nobody called are one row, what it calls in the end stays', () => {
  assert.deepEqual(drawn(STACKS), [
    'all',
    '  [3]',
    '    handle',
    '      [2]',
    '        inner',
    '          v8::Grow',
    '            memcpy',
  ]);
});

test('a run that is open has its frames in rows of their own, the others stay folded', () => {
  assert.deepEqual(drawn(STACKS, ['__libc_start_main']).slice(0, 6), [
    'all',
    '  __libc_start_main',
    '    uv_run',
    '      epoll_wait',
    '      listOnTimeout',
    '        handle',
  ]);
});

test('one runtime frame is no run, and a profile without own code is left as it is', () => {
  assert.deepEqual(drawn(`1 uv_run;${APP};v8::Map;inner@/srv/b.js:2 1`), [
    'all',
    '  uv_run',
    '    handle',
    '      v8::Map',
    '        inner',
  ]);
  assert.deepEqual(drawn('1 main[ruby];rb_eval[ruby];memcpy[libc.so.6] 1'), [
    'all',
    '  main',
    '    rb_eval',
    '      memcpy',
  ]);
});

const frames = fc.constantFrom(APP, 'inner@/srv/b.js:2', 'uv_run', 'v8::Map', 'memcpy[libc.so.6]');
const stacks = fc.array(fc.array(frames, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 20 });

test('rows never go back along a stack, each frame has one or shares its run’s, and own sums are the whole', () => {
  fc.assert(
    fc.property(stacks, (list) => {
      const { tree, own, rows } = folded(list.map((stack) => `1 ${stack.join(';')} 1`).join('\n'));
      for (let node = 1; node < tree.length; node++) {
        const up = tree.parent[node] as number;
        const step = (rows.row[node] as number) - (rows.row[up] as number);
        assert.equal(step, isInside(rows, node) ? 0 : 1);
        if (isInside(rows, node)) assert.equal(rows.run?.[node], rows.run?.[up]);
        if (own[tree.fn[node] as number] === 1) assert.equal(isInside(rows, node), false);
      }
      const sums = ownSums(tree, own, tree.self[0] as Float64Array);
      let whole = sums[0] as number;
      for (let node = 1; node < tree.length; node++)
        if (own[tree.fn[node] as number] === 1) whole += sums[node] as number;
      assert.equal(whole, list.length);
    }),
  );
});

test('rows that only narrow stacks reach are not drawn, but for what has to be seen', () => {
  assert.equal(rowsWorthDrawing([1000, 900, 500, 20, 20, 20], 1000, 0), 3);
  assert.equal(rowsWorthDrawing([1000, 900, 500, 20, 20, 20], 1000, 4), 5);
  assert.equal(rowsWorthDrawing([], 1000, 0), 0);
});
