/** What the rules file says of an incident holds for each of its steps, from the day on which it was opened. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { IncidentPlan, RuleSettings } from '../../service/rules/rule-book.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { randomId } from '../../service/shared/random-id.ts';
import { cpuAlarm, HOT, PEER } from '../support/accept-alarm.ts';
import { NOW, runToEnd, setUp } from '../support/engine-world.ts';

async function ended(settings: RuleSettings, world = setUp()) {
  const plan: IncidentPlan = { rule: 'web', settings };
  const id = randomId('inc') as IncidentId;
  const entry = { receivedAtMs: NOW, messageId: randomId('msg'), topicArn: 'arn:aws:sns:us-east-1:1:cpu', body: '{}' };
  world.store.accept({ ...entry, alarm: cpuAlarm(NOW), incidentId: id }, () => ({
    ...{ outcome: 'accepted', supersedes: null, plan, reason: 'a test' },
  }));
  assert.deepEqual(world.store.incident(id)?.plan, plan);
  assert.equal(await runToEnd(world, id), 'notified');
  const detail = world.store.events(id).findLast(({ state }) => state === 'notified')?.detail ?? '';
  return { world, id, detail };
}

test('seconds, rate, engine, peers and the installation of perf are those of the rule', async () => {
  const third = 'i-0cccccccccccccccc' as typeof PEER;
  const world = setUp({ members: [HOT, PEER, third], reachable: [HOT, PEER, third] });
  await ended({ seconds: 3, hz: 49, peers: 2, v8Engine: 'lines', installPerf: true, processes: 'web-[0-9]' }, world);
  const runs = world.commands.sent.filter(({ script }) => script.startsWith("main 'run'"));
  assert.equal(runs.length, 3);
  for (const { script } of runs) {
    assert.match(script, /'--seconds' '3' '--hz' '49'/);
    assert.match(script, /'--v8' 'lines'/);
    assert.match(script, /'--install-perf'/);
    assert.match(script, /'--match' 'web-\[0-9\]'/);
  }
});

test('what the rule does not say is as configured', async () => {
  const { world } = await ended({});
  const run = world.commands.sent.find(({ script }) => script.startsWith("main 'run'"));
  assert.match(run?.script ?? '', /'--seconds' '8' '--hz' '99'/);
  assert.deepEqual(
    world.mail.messages.map(({ to }) => to),
    [['oncall@example.com']],
  );
});

test('the mail goes to whom the rule names, with its severity in the subject', async () => {
  const { world, detail } = await ended({ mailTo: ['web@example.com'], severity: 'critical' });
  assert.equal(detail, 'mailed to web@example.com');
  assert.deepEqual(
    world.mail.messages.map(({ to }) => to),
    [['web@example.com']],
  );
  assert.match(world.mail.messages.at(-1)?.subject ?? '', /^\[critical\] web-prod i-0aaaaaaaaaaaaaaaa: /);
});

test('record only and quiet hours make a report of which nobody is told, and say why', async () => {
  const only = await ended({ recordOnly: true });
  assert.equal(only.detail, 'nobody is told: the rule "web" says to record only');
  assert.equal(only.world.mail.messages.length, 0);
  assert.ok(only.world.store.report(only.id));
  const quietHours = [{ fromMinute: 0, toMinute: 0, days: [], timeZone: 'UTC' }];
  const quiet = await ended({ quietHours });
  assert.equal(quiet.detail, 'nobody is told: the rule "web" has quiet hours, 00:00 to 00:00 UTC');
  assert.equal(quiet.world.mail.messages.length, 0);
});
