/** Rules that ask for what an alarm does not tell are looked at again when the hot instance is known. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { planAlarm } from '../../service/incidents/plan/plan-alarm.ts';
import { decide } from '../../service/rules/decide.ts';
import type { Rule, RuleBook, RuleMatch } from '../../service/rules/rule-book.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { cpuAlarm, HOT, PEER } from '../support/accept-alarm.ts';
import { NOW, runnerOf, setUp, tickOnce } from '../support/engine-world.ts';
import { limits } from '../support/limits.ts';

const ANY: RuleMatch = { accounts: [], regions: [], groups: [], alarms: [], tags: [] };
/** It names the instance alone, as most alarms do. */
const ALARM = cpuAlarm(NOW, { targets: { instanceIds: [HOT], groups: [], hosts: [] } });
const ID = 'inc-late' as IncidentId;

function bookOf(match: Partial<RuleMatch>, settings: Rule['settings']): RuleBook {
  const rules = [
    { name: 'web', match: { ...ANY, ...match }, settings },
    { name: 'rest', match: ANY, settings: { seconds: 60 } },
  ];
  return { targets: [], defaults: {}, rules };
}

/** The incident of the alarm after its first step. */
async function targeted(book: RuleBook, tags: Readonly<Record<string, string>> = {}) {
  const world = setUp();
  world.fleet.tagged = { [HOT]: tags };
  const entry = { receivedAtMs: NOW, messageId: 'msg', topicArn: 'arn', body: '{}', alarm: ALARM, incidentId: ID };
  world.store.accept(entry, (facts) => decide({ ...limits(), book }, facts, ALARM, NOW));
  await tickOnce(world.clock, runnerOf({ ...world.ports, book }));
  const incident = world.store.incident(ID) ?? assert.fail('there is no incident');
  const seconds = world.store.captures(ID).map((capture) => capture.seconds);
  return { world, incident, seconds, detail: world.store.events(ID).at(-1)?.detail ?? '' };
}

test('a rule for a group counts for an alarm that names an instance of it', async () => {
  const { incident, seconds, detail } = await targeted(bookOf({ groups: ['web-*'] }, { seconds: 3, mailTo: [] }));
  assert.deepEqual(incident.plan, { rule: 'web', settings: { seconds: 3, mailTo: [] } });
  assert.deepEqual(seconds, [3, 3]);
  assert.match(detail, /^hot i-0a.*; healthy i-0b.*; the rule "web" applies$/);
});

test('a rule for a tag counts for instances that have it, and for no others', async () => {
  const book = bookOf({ tags: ['Service=web*', 'Team=web'] }, { seconds: 3 });
  const tagged = await targeted(book, { Name: 'x', Service: 'web-shop' });
  assert.deepEqual([tagged.incident.plan?.rule, tagged.seconds], ['web', [3, 3]]);
  for (const tags of [{}, { Service: 'api' }, { Services: 'web' }]) {
    const { incident, seconds, detail } = await targeted(book, tags);
    assert.deepEqual([incident.plan, seconds], [{ rule: 'rest', settings: { seconds: 60 } }, [60, 60]]);
    assert.doesNotMatch(detail, /applies/);
  }
});

test('a rule may want more peers, or none of it recorded', async () => {
  const lone = await targeted(bookOf({ groups: ['web-*'] }, { peers: 2 }));
  assert.equal(lone.incident.plan?.settings.peers, 2);
  const { world, incident, detail } = await targeted(bookOf({ tags: ['Env=staging'] }, { ignore: true }), {
    Env: 'staging',
  });
  assert.equal(incident.state, 'lapsed');
  assert.equal(detail, 'not captured: the rule "web" says that alarms on web-prod are ignored');
  assert.deepEqual([world.store.captures(ID), world.commands.sent], [[], []]);
});

test('what ignores all others does not ignore an alarm that a rule for a tag may want', async () => {
  const rules = [
    { name: 'web', match: { ...ANY, tags: ['Service=web'] }, settings: { seconds: 3 } },
    { name: 'rest', match: ANY, settings: { ignore: true } },
  ];
  const book = { targets: [], defaults: {}, rules };
  const wanted = await targeted(book, { Service: 'web' });
  assert.deepEqual([wanted.incident.state, wanted.seconds], ['targeted', [3, 3]]);
  const { incident, detail } = await targeted(book, { Service: 'api' });
  assert.equal(incident.state, 'lapsed');
  assert.match(detail, /the rule "rest" says that alarms on web-prod are ignored/);
});

test('what an alarm would do is planned by that rule as well', async () => {
  const world = setUp();
  world.fleet.tagged = { [HOT]: { Env: 'staging' } };
  const planned = (settings: Rule['settings']) =>
    planAlarm(
      {
        limits: () => ({ ...limits(), book: bookOf({ tags: ['Env=staging'] }, settings) }),
        facts: async (alarm, nowMs) => world.store.facts(alarm, nowMs),
        burning: async () => [],
        choose: { ...world.ports, peers: 1, peerMinAgeMs: 0 },
      },
      ALARM,
    );
  const { decision, choice } = await planned({ seconds: 3 });
  assert.deepEqual([decision.outcome === 'accepted' && decision.plan?.rule, choice?.peers], ['web', [PEER]]);
  const ignored = await planned({ ignore: true });
  assert.deepEqual(ignored.decision, {
    outcome: 'ignored',
    reason: 'Not captured: the rule "web" says that alarms on web-prod are ignored.',
  });
  assert.equal(ignored.choice, null);
});
