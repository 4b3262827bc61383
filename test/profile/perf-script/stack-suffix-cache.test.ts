import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineBuffer } from '../../../service/profile/perf-script/line-buffer.ts';
import { StackSuffixCache } from '../../../service/profile/perf-script/stack-suffix-cache.ts';
import { folded, parse } from '../../support/perf-text.ts';

const FRAME = `\t${'7f00aa11'.padStart(16)} f+0x1 (/tmp/perf-7.map)\n`;
const STACK = `${FRAME.repeat(4)}\n`;

function windowOf(text: string): LineBuffer {
  const window = new LineBuffer();
  window.room().set(Buffer.from(text));
  window.written(Buffer.byteLength(text));
  return window;
}

function suffixesOf(window: LineBuffer): StackSuffixCache {
  const suffixes = new StackSuffixCache();
  suffixes.reserve(10);
  const place = suffixes.keep(window, 0, STACK.length);
  suffixes.note(3, place + FRAME.length, STACK.length - FRAME.length, 42, suffixes.counted(0, 2), 7);
  return suffixes;
}

test('what followed a line is recognised when all its bytes follow again', () => {
  const suffixes = suffixesOf(windowOf(STACK));
  const again = (text: string) => suffixes.match(3, windowOf(text), FRAME.length);
  assert.equal(again(STACK), STACK.length - FRAME.length);
  assert.equal(suffixes.node(3), 42);
  assert.equal(suffixes.mapPid(3), 7);
  const resolutions = new Int32Array(5);
  suffixes.addResolutions(3, resolutions);
  assert.deepEqual([...resolutions], [0, 0, 1, 0, 0]);
  for (let at = FRAME.length; at < STACK.length; at++) {
    assert.equal(again(`${STACK.slice(0, at)}\v${STACK.slice(at + 1)}`), 0, `byte ${at}`);
  }
  assert.equal(again(STACK.slice(0, -1)), 0, 'not there as a whole');
  assert.equal(suffixes.match(4, windowOf(STACK), FRAME.length), 0, 'another line');
  suffixes.clear();
  assert.equal(again(STACK), 0, 'forgotten');
});

test('when the memory is full everything is forgotten and learned again', () => {
  const window = windowOf(STACK);
  const suffixes = suffixesOf(window);
  for (let i = 0; i < 8e6 / STACK.length + 2; i++) suffixes.keep(window, 0, STACK.length);
  while (suffixes.match(3, window, FRAME.length) > 0) suffixes.keep(window, 0, STACK.length);
  const place = suffixes.keep(window, 0, STACK.length);
  suffixes.note(3, place + FRAME.length, STACK.length - FRAME.length, 43, 0, 0);
  assert.equal(suffixes.match(3, window, FRAME.length), STACK.length - FRAME.length);
});

test('stacks of more frames than a byte counts keep their accounting', () => {
  const deep = `a 7/7 1.000000: cycles: \n${FRAME.repeat(700)}\n`;
  assert.equal(parse(deep.repeat(5)).ledger.jit.frames, 3500);
  const suffixes = new StackSuffixCache();
  let counts = 0;
  for (let i = 0; i < 255; i++) counts = suffixes.counted(counts, 1);
  assert.equal(suffixes.counted(counts, 1), -1);
  assert.equal(suffixes.counted(counts, 0), counts);
});

test('the process that a recognised suffix names is that of the thread, also at the thread’s first sample', () => {
  const leaf = `\t${'4005d0'.padStart(16)} read (/lib/libc.so.6)\n`;
  const sample = (tid: number) => `a ${tid} 1.000000: cycles: \n${leaf}${STACK}`;
  const { threads, processes } = parse(`${sample(1)}${sample(2)}`);
  assert.deepEqual(
    threads.map(({ tid, process }) => [tid, processes[process]?.pid]),
    [
      [1, 7],
      [2, 7],
    ],
  );
});

test('a frame in the line of its header is not a line that others could follow', () => {
  const line = (symbol: string) => `\t${'4005d0'.padStart(16)} ${symbol} (/usr/lib/x86_64-linux-gnu/libc.so.6)\n`;
  const stack = ['leaf', 'middle', 'main', 'start', 'thread'].map(line).join('');
  const inline = 'a 7/7 1.000000: cycles:      4005d0 lone (/usr/lib/x86_64-linux-gnu/libc.so.6)\n';
  // A stack whose header is lost, before and behind.
  const text = `${stack}${inline}${line('other')}${stack}`;
  for (let piece = 1; piece <= text.length; piece += 7) {
    assert.deepEqual(folded(text, {}, piece), ['a;lone 1'], `pieces of ${piece}`);
  }
});
