import assert from 'node:assert/strict';
import test from 'node:test';
import type { GroupName } from '../../service/shared/ids.ts';
import { acceptAlarm, cpuAlarm, HOT, PEER } from '../support/accept-alarm.ts';
import { NOW, runnerOf, runToEnd, setUp } from '../support/engine-world.ts';
import { FakeFleet, member } from '../support/fakes/fake-fleet.ts';
import { profileFromText } from '../support/profile-from-text.ts';

const GROUP = 'web-prod' as GroupName;

test('what the flags do to the processes is said in the report, for each host', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const v8Log = { to: 'stdout', path: '', bytes: 0, seconds: 9 } as const;
  const made = profileFromText('0..10 handle@/srv/app.js:1;slow@/srv/app.js:9 500');
  const processes = made.processes.map((one) => ({ ...one, v8Log }));
  const runner = runnerOf(world.ports, async () => ({ ...made, processes }));
  assert.equal(await runToEnd({ ...world, runner }, id), 'notified');
  const said = world.store.report(id)?.shortcomings ?? [];
  assert.equal(said.length, 2);
  assert.match(
    said[0] ?? '',
    new RegExp(`^On the hot instance ${HOT}, .*: V8 writes its log to the program's standard`),
  );
  assert.match(world.mail.messages[0]?.text ?? '', /--logfile=\+ --no-logfile-per-isolate/);
});

test('recordings too weak to compare: no difference drawn, no function named; mail and report say why', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const weak = profileFromText('0..10 handle@/srv/app.js:1;slow@/srv/app.js:9 15');
  const runner = runnerOf(world.ports, async () => weak);
  assert.equal(await runToEnd({ ...world, runner }, id), 'notified');
  const report = world.store.report(id);
  assert.deepEqual([report?.quality.grade, report?.findings], ['withheld', []]);
  const files = (await world.files.files(id)).map(({ name }) => name);
  assert.ok(files.includes('hot.svg') && !files.some((name) => name.startsWith('differential')), files.join(' '));
  const [mail] = world.mail.messages;
  for (const text of [mail?.text, mail?.html]) {
    assert.match(text ?? '', /too weak to compare/);
    assert.match(text ?? '', /The busier side has only 15 samples/);
    assert.match(text ?? '', /Record while it is busy/);
  }
  assert.deepEqual(
    mail?.attachments.map(({ filename }) => filename).filter((name) => name.startsWith('differential')),
    [],
  );
});

test('recordings of an instance that does not explain the alarm: said first, not sure, poor quality', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW, alarm: cpuAlarm(NOW, { observed: 95.1, periodSeconds: 600 }) });
  const fleet = new FakeFleet(
    [member(HOT, GROUP), member(PEER, GROUP)],
    new Map([
      [HOT, 25],
      [PEER, 20],
    ]),
  );
  const profile = profileFromText('0..10 handle@/srv/app.js:1;slow@/srv/app.js:9 500');
  const runner = runnerOf({ ...world.ports, fleet }, async () => profile);
  assert.equal(await runToEnd({ ...world, runner }, id), 'notified');
  const report = world.store.report(id);
  assert.equal(report?.quality.grade, 'poor');
  assert.match(
    report?.shortcomings[0] ?? '',
    /^The alarm saw 95 %; nobody in service explains that: i-0a+ is the hottest/,
  );
  const [mail] = world.mail.messages;
  for (const text of [mail?.text, mail?.html]) {
    assert.match(text ?? '', /nobody in service explains that/);
    assert.match(text ?? '', /Not sure/);
  }
});
