import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  DisableAlarmActionsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { type HttpEndpoint, httpEndpoint } from '../../support/sandbox/http-endpoint.ts';
import { localFleet } from '../../support/sandbox/local-fleet.ts';
import { signedHeaders } from '../../support/sandbox/sign-request.ts';

const START = Date.UTC(2026, 8, 4, 11, 18, 52, 496);
const ARN = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:';

describe('composite alarms of the sandbox', () => {
  let sandbox: Sandbox;
  let cloudWatch: CloudWatchClient;
  let endpoint: HttpEndpoint;
  let topicArn: string;
  let now = START;

  /** The metric alarms `cpu`, `disk` and `deploying`, all OK. */
  beforeEach(async () => {
    now = START;
    sandbox = await startSandbox({ fleet: localFleet(), manualTicks: true, now: () => now });
    endpoint = await httpEndpoint();
    const client = { region: sandbox.region, endpoint: sandbox.endpoint, credentials: DEMO_CREDENTIALS };
    cloudWatch = new CloudWatchClient({ ...client, maxAttempts: 1 });
    const sns = new SNSClient(client);
    topicArn = (await sns.send(new CreateTopicCommand({ Name: 'alarms' }))).TopicArn ?? '';
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'http', Endpoint: endpoint.url }));
    await fetch(JSON.parse((await endpoint.count(1))[0]?.body ?? '{}').SubscribeURL);
    sns.destroy();
    for (const name of ['cpu', 'disk', 'deploying']) {
      await putMetricAlarm(name);
      await set(name, 'OK');
    }
  });
  afterEach(async () => {
    cloudWatch.destroy();
    await Promise.all([sandbox.close(), endpoint.close()]);
  });

  const putMetricAlarm = (name: string) =>
    cloudWatch.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName: name, Namespace: 'App', MetricName: name, Statistic: 'Average', Period: 60 },
        ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
      }),
    );
  const set = (name: string, state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA') =>
    cloudWatch.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason: 'set' }));
  const put = (name: string, rule: string, actions: readonly string[] = []) =>
    cloudWatch.send(new PutCompositeAlarmCommand({ AlarmName: name, AlarmRule: rule, AlarmActions: [...actions] }));
  const remove = (...names: readonly string[]) => cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [...names] }));
  const asked = (input: DescribeAlarmsCommandInput) => cloudWatch.send(new DescribeAlarmsCommand(input));
  const found = async (name: string) =>
    (await asked({ AlarmNames: [name], AlarmTypes: ['CompositeAlarm'] })).CompositeAlarms?.[0];
  const namesOf = (alarms: readonly { AlarmName?: string | undefined }[] = []) => alarms.map((each) => each.AlarmName);
  const invalid = (message: string | RegExp) => ({ name: 'ValidationException', message });

  it('publishes exactly the message of CloudWatch when a child makes the rule hold', async () => {
    await put('fire', 'ALARM("cpu") AND NOT ALARM(deploying)', [topicArn]);
    assert.equal((await found('fire'))?.StateReason, `${ARN}fire was created and its alarm rule evaluates to OK`);
    await set('cpu', 'ALARM');
    const body = JSON.parse((await endpoint.count(2))[1]?.body ?? '{}');
    assert.equal(body.Subject, 'ALARM: "fire" in US East (N. Virginia)');
    const time = '2026-09-04T11:18:52.496+0000';
    assert.equal(
      body.Message,
      '{"AlarmName":"fire","AlarmDescription":null,"AWSAccountId":"000000000000","NewStateValue":"ALARM",' +
        `"NewStateReason":"${ARN}cpu transitioned to ALARM at Friday 04 September, 2026 11:18:52 UTC",` +
        `"StateChangeTime":"${time}","Region":"US East (N. Virginia)","AlarmArn":"${ARN}fire","OKActions":[],` +
        `"AlarmActions":["${topicArn}"],"InsufficientDataActions":[],"ActionExecutedAfterMuteWindow":false,` +
        '"OldStateValue":"OK","AlarmRule":"ALARM(\\"cpu\\") AND NOT ALARM(deploying)",' +
        `"TriggeringChildren":[{"Arn":"${ARN}cpu","State":{"Value":"ALARM","Timestamp":"${time}"}}]}`,
    );
    assert.equal(
      (await found('fire'))?.StateReasonData,
      `{"triggeringAlarms":[{"arn":"${ARN}cpu","state":{"value":"ALARM","timestamp":"${time}"}}]}`,
    );
    now += 60_000;
    await set('deploying', 'ALARM');
    const ended = await found('fire');
    assert.deepEqual([ended?.StateValue, ended?.StateTransitionedTimestamp?.getTime()], ['OK', now]);
  });

  it('evaluates at once when an alarm is put, and tells of all children then', async () => {
    await set('disk', 'ALARM');
    await put('fire', `ALARM(cpu) OR ALARM(${ARN}disk)`, [topicArn]);
    const { Message } = JSON.parse((await endpoint.count(2))[1]?.body ?? '{}');
    const { OldStateValue, TriggeringChildren: children } = JSON.parse(Message);
    assert.deepEqual(
      [OldStateValue, ...children.map(({ Arn, State }: never) => [Arn, (State as { Value: string }).Value])],
      ['INSUFFICIENT_DATA', [`${ARN}cpu`, 'OK'], [`${ARN}disk`, 'ALARM']],
    );
    await put('fire', 'FALSE');
    const alarm = await found('fire');
    assert.deepEqual(
      [alarm?.StateValue, alarm?.StateReason, alarm?.StateReasonData],
      ['OK', `${ARN}fire was updated and its alarm rule evaluates to OK`, '{"triggeringAlarms":[]}'],
    );
  });

  it('passes changes on through composite alarms of composite alarms', async () => {
    await put('inner', 'ALARM(cpu)');
    await put('outer', 'ALARM(inner) AND ALARM(disk)', [topicArn]);
    await set('disk', 'ALARM');
    await set('cpu', 'ALARM');
    const { Message } = JSON.parse((await endpoint.count(2))[1]?.body ?? '{}');
    assert.equal(JSON.parse(Message).TriggeringChildren[0].Arn, `${ARN}inner`);
  });

  it('keeps a state that was set until a child changes', async () => {
    await put('fire', 'ALARM(cpu)', [topicArn]);
    sandbox.tick();
    await set('fire', 'ALARM');
    const { Message } = JSON.parse((await endpoint.count(2))[1]?.body ?? '{}');
    const { NewStateReason, TriggeringChildren } = JSON.parse(Message);
    assert.deepEqual([NewStateReason, TriggeringChildren], ['set', []]);
    sandbox.tick();
    assert.equal((await found('fire'))?.StateValue, 'ALARM');
    await set('cpu', 'OK');
    assert.equal((await found('fire'))?.StateValue, 'OK');
  });

  it('describes only metric alarms unless asked for others', async () => {
    await put('both', 'ALARM(cpu) AND ALARM(disk)');
    const usual = await asked({});
    assert.deepEqual([namesOf(usual.MetricAlarms), namesOf(usual.CompositeAlarms)], [['cpu', 'deploying', 'disk'], []]);
    const first = await asked({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 2 });
    assert.deepEqual([namesOf(first.CompositeAlarms), namesOf(first.MetricAlarms)], [['both'], ['cpu']]);
    const { CompositeAlarms: [alarm] = [] } = await asked({ AlarmTypes: ['CompositeAlarm'] });
    assert.deepEqual([alarm?.AlarmRule, alarm?.ActionsEnabled], ['ALARM(cpu) AND ALARM(disk)', true]);
    await assert.rejects(asked({ AlarmTypes: ['Alarm' as 'MetricAlarm'] }), invalid(/at 'alarmTypes' failed/));
    await assert.rejects(asked({ AlarmNames: ['cpu'], AlarmNamePrefix: 'c' }), invalid(/AlarmNamePrefix/));
  });

  it('tells little of children and parents, and lets nothing else be asked with them', async () => {
    await put('inner', 'ALARM(cpu)');
    await put('outer', 'ALARM(inner) OR ALARM(disk) OR OK(disk)');
    const children = await asked({ ChildrenOfAlarmName: 'outer' });
    const { StateUpdatedTimestamp: _, ...inner } = children.CompositeAlarms?.[0] ?? {};
    assert.deepEqual(inner, { AlarmName: 'inner', AlarmArn: `${ARN}inner`, StateValue: 'OK' });
    assert.deepEqual(namesOf(children.MetricAlarms), ['disk']);
    const parents = await asked({ ParentsOfAlarmName: 'cpu' });
    assert.deepEqual(parents.CompositeAlarms, [{ AlarmName: 'inner', AlarmArn: `${ARN}inner` }]);
    const both = asked({ ChildrenOfAlarmName: 'outer', AlarmTypes: ['MetricAlarm'] });
    await assert.rejects(both, invalid(/AlarmTypes/));
  });

  it('deletes no alarm that a composite alarm depends on, and one composite alarm at a time', async () => {
    await put('fire', 'ALARM(cpu)');
    await put('other', 'TRUE');
    const depending = 'Cannot delete cpu as there are composite alarm(s) depending on it.';
    await assert.rejects(remove('disk', 'cpu'), invalid(depending));
    await assert.rejects(remove('fire', 'other'), invalid(/one composite alarm/));
    await remove('fire', 'disk');
    await assert.rejects(remove('cpu', 'gone'), { name: 'ResourceNotFound' });
    const { MetricAlarms } = await asked({});
    assert.deepEqual(namesOf(MetricAlarms), ['deploying']);
  });

  it('stops at a circle, which can only be broken by another rule', async () => {
    await put('one', 'ALARM(cpu)');
    await put('two', 'ALARM(one)');
    await put('one', 'ALARM(two) OR ALARM(cpu)');
    await set('cpu', 'ALARM');
    assert.equal((await found('one'))?.StateValue, 'OK');
    await assert.rejects(remove('one'), invalid(/depending on it/));
    await put('two', 'False');
    await set('cpu', 'OK');
    await set('cpu', 'ALARM');
    assert.equal((await found('one'))?.StateValue, 'ALARM');
  });

  it('refuses rules that are wrong, and names that are taken', async () => {
    await assert.rejects(put('x', 'ALARM(cpu'), invalid(/^Error in AlarmRule \[Unsupported token '<EOF>' at char 9/));
    await assert.rejects(
      put('x', 'ALARM(cpu) OR OK(gone) OR OK("arn:aws:cloudwatch:eu-west-1:000000000000:alarm:cpu")'),
      invalid(
        'Could not save the composite alarm as alarms [gone, arn:aws:cloudwatch:eu-west-1:000000000000:alarm:cpu] in ' +
          'the alarm rule do not exist',
      ),
    );
    await assert.rejects(put('x', 'ALARM(x)'), invalid(/alarms \[x\] in the alarm rule do not exist/));
    await assert.rejects(put('cpu', 'TRUE'), invalid(/MetricAlarm/));
    await put('fire', 'TRUE');
    await assert.rejects(putMetricAlarm('fire'), invalid(/CompositeAlarm/));
    await assert.rejects(put('x', undefined as never), invalid(/or be null/));
    const suppressed = new PutCompositeAlarmCommand({ AlarmName: 'x', AlarmRule: 'TRUE', ActionsSuppressor: 'cpu' });
    await assert.rejects(cloudWatch.send(suppressed), { name: 'InvalidParameterValueException' });
  });

  it('keeps a history of them, and acts only where actions are enabled', async () => {
    await put('fire', 'ALARM(cpu)', [topicArn]);
    await cloudWatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['fire'] }));
    await set('cpu', 'ALARM');
    const history = async (AlarmTypes?: 'CompositeAlarm'[]) => {
      const asking = { AlarmName: 'fire', ScanBy: 'TimestampAscending', ...(AlarmTypes && { AlarmTypes }) } as const;
      const { AlarmHistoryItems: items = [] } = await cloudWatch.send(new DescribeAlarmHistoryCommand(asking));
      return items.map(({ AlarmType, HistorySummary }) => `${AlarmType}: ${HistorySummary}`);
    };
    assert.deepEqual(await history(), []);
    assert.deepEqual(await history(['CompositeAlarm']), [
      'CompositeAlarm: Alarm "fire" created',
      'CompositeAlarm: Alarm updated from INSUFFICIENT_DATA to OK',
      'CompositeAlarm: Alarm "fire" updated',
      'CompositeAlarm: Alarm updated from OK to ALARM',
    ]);
    assert.equal(endpoint.received.length, 1);
  });

  it('takes them in JSON and in the query protocol as well', async () => {
    const call = async (body: string, headers: Readonly<Record<string, string>>) => {
      const url = new URL(sandbox.endpoint);
      const { host: _, ...signed } = signedHeaders({ method: 'POST', url, service: 'monitoring', body, headers });
      const answer = await fetch(url, { method: 'POST', headers: signed, body });
      return { answer, text: await answer.text() };
    };
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const query = (action: string, members: string) => call(`Action=${action}&Version=2010-08-01&${members}`, form);
    const json = (operation: string, members: object) =>
      call(JSON.stringify(members), {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
      });
    await query('PutCompositeAlarm', 'AlarmName=q&AlarmRule=ALARM(cpu)&AlarmActions.member.1=arn:aws:sns:a:b:c');
    await json('PutCompositeAlarm', { AlarmName: 'j', AlarmRule: 'ALARM(q)' });
    const children = await query('DescribeAlarms', 'ChildrenOfAlarmName=j');
    assert.match(children.text, /<CompositeAlarms><member><AlarmName>q<\/AlarmName>/);
    const { CompositeAlarms } = JSON.parse(
      (await json('DescribeAlarms', { AlarmTypes: ['CompositeAlarm'], AlarmNames: ['q'] })).text,
    );
    assert.deepEqual(CompositeAlarms[0].AlarmActions, ['arn:aws:sns:a:b:c']);
    const refused = await query('PutCompositeAlarm', 'AlarmName=q&AlarmRule=ALARM(');
    assert.match(refused.text, /<Code>ValidationError<\/Code><Message>Error in AlarmRule \[Unsupported token/);
    const refusedJson = await json('PutCompositeAlarm', { AlarmName: 'j', AlarmRule: 'ALARM(' });
    assert.equal(refusedJson.answer.headers.get('x-amzn-query-error'), 'ValidationError;Sender');
    assert.equal(JSON.parse(refusedJson.text).__type, 'ValidationException');
  });
});
