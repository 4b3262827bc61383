/** An incident without a peer is compared with the newest baseline of its group, and says so wherever it speaks. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { drillAlarm } from '../../../service/incidents/drill/drill-alarm.ts';
import { AppError } from '../../../service/shared/errors.ts';
import type { IncidentId } from '../../../service/shared/ids.ts';
import { acceptAlarm, HOT, PEER } from '../../support/accept-alarm.ts';
import {
  aloneWorld,
  DAY,
  GROUP,
  HOUR,
  pass,
  quietWorld,
  recording,
  type Wishes,
  type World,
} from '../../support/baseline-world.ts';
import { answer, printed, runnerOf, runToEnd } from '../../support/engine-world.ts';
import { sha256 } from '../../support/inline-analysis.ts';

const NO_PEER = /no (?:healthy )?peer|nothing was compared|not what changed/i;

/** The group burns `afterMs` after its baseline was recorded. */
async function burnt(wishes: Wishes & { readonly afterMs?: number; readonly world?: World } = {}) {
  const { world = quietWorld(), afterMs = 3 * HOUR } = wishes;
  await pass(world, recording(world, wishes));
  assert.equal(world.store.baselines(GROUP, 1)[0]?.outcome, 'collected');
  world.clock.advance(afterMs);
  return { world, ...(await reported(world)) };
}

async function reported(world: World) {
  const id = acceptAlarm(world.store, { nowMs: world.clock.now() });
  assert.equal(await runToEnd(world, id), 'notified');
  const report = world.store.report(id);
  const mail = world.mail.messages.at(-1);
  assert.ok(report && mail);
  return { id, report, mail };
}

test('a service of one instance gets a differential, a culprit and a verdict', async () => {
  const { world, id, report, mail } = await burnt();
  assert.deepEqual(
    world.store.captures(id).map(({ instanceId, role, baseline }) => [instanceId, role, baseline]),
    [
      [HOT, 'hot', undefined],
      [HOT, 'peer', { launchedBy: 'launch template web v7', cpuPercent: 20 }],
    ],
  );
  assert.deepEqual(report.peerInstances, []);
  assert.equal(report.baseline?.instanceId, HOT);
  assert.equal(report.baseline?.hotLaunchedBy, 'launch template web v7');
  assert.ok(report.healthy !== null && report.hot !== null && report.findings.length > 0);
  assert.notEqual(report.verdict.class, 'inconclusive');
  assert.equal(report.quality.grade, 'fair');
  assert.deepEqual(
    report.quality.issues.map(({ code }) => code),
    ['baseline'],
  );
  const names = (await world.files.files(id)).map(({ name }) => name);
  for (const graph of ['differential.svg', 'healthy.svg', 'hot.svg']) assert.ok(names.includes(graph), graph);
  for (const body of [mail.text, mail.html]) {
    assert.match(body, /the same instance(?:<\/a>)?, healthy, 3 h[^,]* earlier, same launch template web v7/);
    assert.match(body, /Fairly sure/);
    assert.doesNotMatch(body, NO_PEER);
    assert.doesNotMatch(body, /the (?:healthy )?peer|same seconds on/);
  }
  assert.match(mail.text, /^Compared with: the same instance, healthy/m);
  assert.match(report.shortcomings.join(' '), /^Nobody could be recorded in the same seconds: compared with/);
});

test('the recording is the incident’s own from then on', async () => {
  const { world, id } = await burnt();
  const policy = { incidentMs: 2 * DAY, fileBytes: null, notificationMs: null, bodyMs: null };
  assert.equal(world.store.prune(policy, world.clock.now() + 2 * DAY - HOUR, 100).incidents, 1);
  assert.deepEqual(world.store.baselines(GROUP, 5), []);
  const [, healthy] = world.store.captures(id);
  assert.ok((await world.files.file(id, 'differential.svg')) !== undefined);
  assert.ok(world.store.file(id, `${healthy?.id}.capture.gz`) !== undefined);
});

test('another release is said, and nobody is sure', async () => {
  const { report, mail } = await burnt({ launchedBy: 'launch template web v6' });
  assert.match(mail.text, /of launch template web v6 \(the hot instance: launch template web v7\)/);
  assert.match(mail.text, /^Not sure\. /m);
  assert.match(mail.text, /the baseline ran another release/);
  assert.match(report.shortcomings.join(' '), /It ran another release, so what differs may come from that\./);
});

test('where a peer is there, it counts', async () => {
  const world = quietWorld({ members: [HOT, PEER] });
  const { id, report, mail } = await burnt({ world });
  assert.deepEqual([report.peerInstances, report.baseline], [[PEER], undefined]);
  assert.equal(world.store.captures(id).length, 2);
  assert.doesNotMatch(mail.text, /baseline/i);
});

test('it stands in for a peer that could not be recorded, and for one whose recording cannot be read', async () => {
  const refused = printed('', { smokejumper: 1, ok: false, id: 'x', code: 'NO_PERF', message: 'There is no perf.' });
  for (const [name, ofPeer] of [
    ['refused', () => ({ ...refused, exitCode: 69 })],
    ['rubbish', rubbish],
  ] as const) {
    const world = quietWorld({
      members: [HOT, PEER],
      execute: (script, id) => {
        if (script.includes("'cap-baseline-")) return answer(script, PEER);
        return id === PEER ? ofPeer(script) : answer(script, id);
      },
    });
    const { report, mail } = await burnt({ world });
    assert.equal(report.baseline?.instanceId, HOT, name);
    assert.deepEqual(report.peerInstances, [PEER], name);
    assert.match(report.shortcomings.join(' '), new RegExp(`No profile of the peer ${PEER}`), name);
    assert.match(mail.text, /^Compared with: /m, name);
    assert.doesNotMatch(mail.text, NO_PEER, name);
  }
});

/** Whole, and no recording. */
function rubbish(script: string) {
  const bytes = Buffer.from('no recording');
  const id = /'--id' '([^']+)'/.exec(script)?.[1];
  const chunk = { offset: 0, length: bytes.length };
  const report = { smokejumper: 1, ok: true, id, bytes: bytes.length, sha256: sha256(bytes), chunk };
  return printed(bytes.toString('base64'), report);
}

test('two weeks old, it is too old; without one all is as it was', async () => {
  const old = await burnt({ afterMs: 14 * DAY + HOUR });
  const world = aloneWorld();
  for (const { report, mail } of [old, await reported(world)]) {
    assert.equal(report.baseline, undefined);
    assert.match(mail.text, NO_PEER);
  }
});

test('one whose file is gone is said to be gone', async () => {
  const world = quietWorld();
  await pass(world, recording(world));
  const [baseline] = world.store.baselines(GROUP, 1);
  assert.ok(baseline);
  world.clock.advance(HOUR);
  const store: typeof world.ports.store = Object.assign(Object.create(world.ports.store), {
    file: async (id: IncidentId, name: string) => {
      const isLost = world.store.captures(id).some(({ id: capture, baseline: of }) => of && name.startsWith(capture));
      if (isLost) throw new AppError('ARTIFACT_MISSING', 'It is gone.');
      return world.ports.store.file(id, name);
    },
  });
  const { report, mail } = await reported({ ...world, runner: runnerOf({ ...world.ports, store }) });
  assert.equal(report.baseline, undefined);
  assert.match(
    report.shortcomings.join(' '),
    new RegExp(`No profile of the baseline ${HOT}: .* not in the data folder`),
  );
  assert.match(mail.text, NO_PEER);
});

test('a drill is not compared with it', async () => {
  const world = quietWorld();
  await pass(world, recording(world));
  const drill = { seconds: 3, mailTo: ['me@example.com'], by: 'ops', region: 'us-east-1', nowMs: world.clock.now() };
  const id = 'inc-drill' as IncidentId;
  world.store.openDrill(id, drillAlarm(HOT, drill), 'ops started a drill', world.clock.now());
  assert.equal(await runToEnd(world, id), 'notified');
  assert.equal(world.store.captures(id).length, 1);
});
