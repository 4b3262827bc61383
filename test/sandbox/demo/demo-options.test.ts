import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEMO_HELP, readDemoOptions } from '../../../sandbox/demo/demo-options.ts';

test('the demo takes the options of its help, each alone and together', () => {
  assert.deepEqual(readDemoOptions([]), { once: false, nodeFlags: true, crowd: false, storm: false });
  const all = [...DEMO_HELP.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, name = '']) => name);
  assert.deepEqual(readDemoOptions(all.filter((name) => name !== '--help')), {
    once: true,
    nodeFlags: false,
    crowd: true,
    storm: true,
  });
  assert.equal(readDemoOptions(all), 'help');
});

test('an option that there is not starts nothing', () => {
  assert.throws(() => readDemoOptions(['--onec']), /onec/);
  assert.throws(() => readDemoOptions(['now']), /now/);
});
