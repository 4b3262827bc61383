import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SlidingMaximum, watchLoop } from '../../service/http/metrics/loop-lag.ts';

test('a block of the event loop is told to everybody who asks, not only to the first', async () => {
  const lag = watchLoop();
  after(lag.stop);
  // The monitor has to have seen one turn before.
  while (lag.longestMs() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const until = performance.now() + 150;
  while (performance.now() < until);
  while (lag.longestMs() < 100) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(lag.longestMs() >= 100);
});

test('and forgotten when the window has passed', () => {
  const window = new SlidingMaximum(3);
  assert.equal(window.maximum(), 0);
  for (const part of [1, 9, 2, 3]) window.begin(part);
  assert.equal(window.maximum(), 9);
  window.begin(1);
  assert.equal(window.maximum(), 3);
});
