import assert from 'node:assert/strict';
import test from 'node:test';
import { unknownContainer } from '../../service/profile/container/container.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { NOW, runnerOf, runToEnd, setUp } from '../support/engine-world.ts';
import { filesOf, inlineAnalysis } from '../support/inline-analysis.ts';
import { profileFromText } from '../support/profile-from-text.ts';

test('of two images with the same paths the one that burns is named, drawn and outlined', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const within = (name: string) => {
    const runsIn = { ...unknownContainer(`${name}-id`), name, image: `shop/${name}:41` };
    return { container: runsIn.id, runsIn };
  };
  const processes = { 1: within('web'), 2: within('worker') };
  const [hot, healthy] = [
    `[1] 0..10 main@/app/server.js:1;handle@/app/server.js:30 700
     [2] 0..10 main@/app/server.js:1;handle@/app/server.js:30 100`,
    '[1] 0..10 main@/app/server.js:1;handle@/app/server.js:30 80',
  ].map((text) => profileFromText(text, { processes }));
  assert.ok(hot && healthy);
  let reads = 0;
  const decode = async () => (reads++ % 2 === 0 ? hot : healthy);
  const runner = runnerOf(world.ports, decode);
  assert.equal(await runToEnd({ ...world, runner }, id), 'notified');
  const report = world.store.report(id);
  const [finding] = report?.findings ?? [];
  assert.deepEqual([finding?.function, finding?.container], ['handle', 'web (image shop/web:41)']);
  assert.equal(finding?.healthySamples, 80, 'the worker is no part of it');
  assert.deepEqual(
    report?.captures.map((capture) => capture.processes.map(({ container }) => container)),
    [['web (image shop/web:41)', 'worker (image shop/worker:41)'], ['web (image shop/web:41)']],
  );
  const files = filesOf(world.ports.store, inlineAnalysis({ decodeProfile: decode }));
  for (const name of ['hot', 'healthy']) {
    const svg = new TextDecoder().decode((await files.file(id, `${name}.svg`))?.content ?? new Uint8Array());
    assert.match(svg, /class="outline" d="M/, name);
  }
});
