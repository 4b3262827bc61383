import assert from 'node:assert/strict';
import test from 'node:test';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { NOW, runnerOf, runToEnd, setUp } from '../support/engine-world.ts';
import { filesOf, inlineAnalysis } from '../support/inline-analysis.ts';
import { profileFromText } from '../support/profile-from-text.ts';

test('both pictures outline the culprit, also where a release has moved it to another line', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const [hot, healthy] = [
    '0..10 main@/srv/app.js:1;slow@/srv/app.js:30 700\n0..10 main@/srv/app.js:1;other@/srv/app.js:60 100',
    '0..10 main@/srv/app.js:1;slow@/srv/app.js:20 80\n0..10 main@/srv/app.js:1;other@/srv/app.js:50 100',
  ].map((text) => profileFromText(text));
  assert.ok(hot && healthy);
  let reads = 0;
  const decode = async () => (reads++ % 2 === 0 ? hot : healthy);
  const runner = runnerOf(world.ports, decode);
  assert.equal(await runToEnd({ ...world, runner }, id), 'notified');
  assert.equal(world.store.report(id)?.findings[0]?.function, 'slow');
  const files = filesOf(world.ports.store, inlineAnalysis({ decodeProfile: decode }));
  for (const name of ['hot', 'healthy']) {
    const svg = new TextDecoder().decode((await files.file(id, `${name}.svg`))?.content ?? new Uint8Array());
    assert.match(svg, /class="outline" d="M/, name);
  }
});
