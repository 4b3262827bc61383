import assert from 'node:assert/strict';
import test from 'node:test';
import { madeUpAlarm } from '../../service/incidents/plan/plan-alarm.ts';
import { renderIncidentsPage } from '../../service/pages/incidents-page.ts';
import { setupCommands } from '../../service/pages/setup/setup-commands.ts';
import { renderSetupPage } from '../../service/pages/setup/setup-page.ts';
import type { GroupName, InstanceId } from '../../service/shared/ids.ts';
import { onePage } from '../support/fake-queries.ts';
import { inspectHtml } from '../support/inspect-html.ts';
import { completeReport, incidentView } from '../support/sample-report.ts';

const assets = { style: '/style.css', script: '/page.js', icon: '/icon.svg', version: '0.1.0' };
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:cpu';
const facts = { topicArns: [TOPIC], publicUrl: 'https://smoke.example.com', region: 'eu-west-1' };
const list = { params: {}, groups: [], notifications: [], assets };
const row = (id: string, closedAtMs: number | null) => incidentView(completeReport, { id, closedAtMs });

test('the commands have the values of the configuration, and a word in capitals where there is none', () => {
  const { subscribe, tag, tagOne, alarm, test: trial } = setupCommands(facts);
  assert.equal(
    subscribe.join(),
    `aws sns subscribe \\\n  --region eu-west-1 \\\n  --topic-arn ${TOPIC} \\\n  --protocol https \\\n` +
      '  --notification-endpoint https://smoke.example.com/sns',
  );
  assert.match(alarm, new RegExp(`--alarm-actions ${TOPIC} \\\\\n {2}--ok-actions ${TOPIC}$`));
  assert.match(
    tag,
    /ResourceId=GROUP,ResourceType=auto-scaling-group,Key=profiling,Value=allowed,PropagateAtLaunch=true$/,
  );
  assert.match(tagOne, /^aws ec2 create-tags[\s\S]* --region eu-west-1 [\s\S]*--tags Key=profiling,Value=allowed$/);
  assert.match(alarm, /Name=AutoScalingGroupName,Value=GROUP/);
  assert.match(trial, /set-alarm-state[\s\S]*--state-reason 'A test of Smokejumper'$/);
  const nothing = setupCommands({ topicArns: [], publicUrl: null, region: 'us-east-1' });
  assert.match(nothing.subscribe.join(), /--topic-arn TOPIC_ARN[\s\S]*https:\/\/SMOKEJUMPER\.EXAMPLE\.COM\/sns/);
});

test('each topic is subscribed in its own region, over plain HTTP where that is the address', () => {
  const topicArns = [TOPIC, TOPIC.replace('eu-west-1', 'us-west-2')];
  const { subscribe } = setupCommands({ ...facts, topicArns, publicUrl: 'http://10.0.0.5:3000' });
  assert.deepEqual(
    subscribe.map((text) => /--region (\S+)/.exec(text)?.[1]),
    ['eu-west-1', 'us-west-2'],
  );
  assert.match(subscribe.join(), /--protocol http \\/);
});

test('a service that fetches from a queue has the queue subscribed, and needs no address', () => {
  const queueArn = 'arn:aws:sqs:eu-west-1:123456789012:cpu-alarms';
  const fetching = { ...facts, publicUrl: null, queueArn };
  const [subscribe = ''] = setupCommands(fetching).subscribe;
  assert.match(subscribe, new RegExp(`--protocol sqs .*--notification-endpoint ${queueArn}$`, 's'));
  const { text } = inspectHtml(renderSetupPage({ setup: { ...fetching, mayTry: false }, assets }));
  assert.match(text, /Subscribe the queue of this service.*Its policy must let the topic send/s);
  assert.doesNotMatch(text, /PUBLIC_URL|smokejumper subscribe/);
});

test('an address that a shell would take apart stays one word', () => {
  const { subscribe } = setupCommands({ ...facts, publicUrl: "https://x.example/a;b'$(c)" });
  assert.match(subscribe.join(), /--notification-endpoint 'https:\/\/x\.example\/a;b'\\''\$\(c\)\/sns'$/);
});

test('the empty list teaches the four steps, and offers the test only where that is allowed', () => {
  const page = onePage([]);
  const html = renderIncidentsPage({ ...list, page, setup: { ...facts, mayTry: true } });
  const { text, attributes } = inspectHtml(html);
  assert.match(text, /Four steps lead to the first incident/);
  for (const command of [
    'aws sns subscribe',
    'create-or-update-tags',
    'create-tags',
    'put-metric-alarm',
    'set-alarm-state',
    'smokejumper doctor',
  ])
    assert.ok(text.includes(command), command);
  assert.ok(attributes.includes('form action=/setup') && attributes.includes('form method=post'));
  const shown = renderIncidentsPage({ ...list, page, setup: { ...facts, mayTry: false } });
  assert.doesNotMatch(shown, /action="\/setup"/);
  const behind = renderIncidentsPage({ ...list, page, isBehind: true, setup: { ...facts, mayTry: true } });
  assert.match(behind, /There is nothing older/);
  assert.doesNotMatch(behind, /put-metric-alarm/);
});

test('those that burn come first, in a section of their own, and are counted in the title', () => {
  const page = onePage([row('new', 9), row('old', null)]);
  const burning = { ...onePage([row('old', null)]), total: 12 };
  const html = renderIncidentsPage({ ...list, page, burning, isFirst: true });
  assert.match(html, /<title>\(12 burning\) Incidents, Smokejumper<\/title>/);
  assert.match(
    html,
    /Burning now[\s\S]*\/incidents\/old[\s\S]*All incidents[\s\S]*\/incidents\/new[\s\S]*\/incidents\/old/,
  );
  assert.match(html, /<a href="\/\?state=burning">All 12 that burn<\/a>/);
  const further = renderIncidentsPage({ ...list, page, burning, isBehind: true });
  assert.doesNotMatch(further, /Burning now/);
  assert.match(further, /<title>\(12 burning\)/);
  const all = renderIncidentsPage({ ...list, page, burning: onePage([row('old', null)]), isFirst: true });
  assert.doesNotMatch(all, /that burn</);
  const none = renderIncidentsPage({ ...list, page, burning: onePage([]), isFirst: true });
  assert.doesNotMatch(none, /Burning now/);
  assert.match(none, /<title>Incidents, Smokejumper/);
});

test('a list is renewed when a fire goes out that is not on its page', () => {
  const live = (total: number) =>
    /data-live="([^"]*)"/.exec(
      renderIncidentsPage({ ...list, page: onePage([]), burning: { ...onePage([]), total } }),
    )?.[1];
  assert.notEqual(live(1), live(0));
});

test('a tried alarm shows the decision, hot, peers and each member with its reason; hostile text stays text', () => {
  const group = '<b>web' as GroupName;
  const alarm = madeUpAlarm(group, 'web cpu', { region: 'eu-west-1', nowMs: 0 });
  const members = Array.from({ length: 103 }, (_, at) => ({
    instanceId: `i-${at}` as InstanceId,
    role: at === 0 ? ('hot' as const) : ('not chosen' as const),
    reason: '<i>the highest CPU',
    cpuPercent: null,
  }));
  const choice = {
    ...{ group, hot: 'i-0' as InstanceId, hotReason: 'highest', peers: [], noPeerReason: 'no peer is healthy' },
    verdicts: members,
    others: { followed: [], inAlarm: [] },
  };
  const plan = { alarm, decision: { outcome: 'accepted' as const, supersedes: null, reason: 'It went.' }, choice };
  const setup = { ...facts, mayTry: true };
  const html = renderSetupPage({ setup, tried: { group, alarm: '', answer: { plan } }, assets });
  const { text, attributes } = inspectHtml(html);
  assert.match(text, /An alarm of <b>web now: accepted/);
  assert.match(text, /Hot instance\s*i-0 \(highest\)/);
  assert.match(text, /Missing\s*no peer is healthy\./i);
  assert.match(text, /And 3 more\./);
  assert.ok(attributes.includes('input value=<b>web'), 'what was typed stays');
  assert.doesNotMatch(html, /<b>|<i>/);
});
