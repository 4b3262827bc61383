/** The operator's commands against the sandbox, as a person types them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { DisableAlarmActionsCommand } from '@aws-sdk/client-cloudwatch';
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { ALARM_NAME, type DemoEnvironment, startDemoEnvironment } from '../../sandbox/demo/demo-environment.ts';
import { SKIP_PERF } from '../support/perf-present.ts';
import { reportMails } from '../support/sandbox/report-mails.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');

function notification(group: string, changes: object = {}): string {
  return JSON.stringify({
    AlarmName: 'stored alarm',
    NewStateValue: 'ALARM',
    OldStateValue: 'OK',
    NewStateReason: 'Threshold Crossed: 1 datapoint [71.0 (23/06/21 08:31:00)] was greater than the threshold (50.0).',
    // Long ago: a replayed alarm counts as news.
    StateChangeTime: '2021-06-23T08:41:06.622+0000',
    AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:stored alarm',
    Trigger: {
      MetricName: 'CPUUtilization',
      Namespace: 'AWS/EC2',
      Statistic: 'AVERAGE',
      Dimensions: [{ name: 'AutoScalingGroupName', value: group }],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 50,
    },
    ...changes,
  });
}

describe('the operator’s commands', { skip: SKIP_PERF }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'smokejumper-operator-'));
  const file = join(folder, 'alarm.json');
  let demo: DemoEnvironment;
  let hot: string;
  let peer: string;

  before(async () => {
    demo = await startDemoEnvironment({ port: 0, say: () => undefined });
    // Other work on this machine may drive the fleet's CPU over the threshold: then the service of the demo would
    // record, and an instance takes one capture at a time.
    await demo.cloudWatch.send(new DisableAlarmActionsCommand({ AlarmNames: [ALARM_NAME] }));
    hot = demo.fleet.instances[0]?.id ?? assert.fail('three instances are needed');
    peer = demo.fleet.instances[1]?.id ?? assert.fail('three instances are needed');
    writeFileSync(file, notification('web-prod', { AlarmName: 'stored\u001b[31m alarm' }));
  });
  after(async () => {
    await demo?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** On its own data: the service of the demo goes on with its. */
  async function smokejumper(args: readonly string[], changes: Record<string, string> = {}) {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        ...demo.serviceEnvironment,
        PUBLIC_URL: demo.service.url,
        DATA_DIR: join(folder, 'data'),
        CAPTURE_SECONDS: '2',
        ...changes,
      },
    });
    const output = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.err += text;
    });
    const code = await new Promise<number | null>((done) => child.once('close', done));
    return { code, ...output };
  }

  test("doctor finds everything in order, and the instance's functions have names", async () => {
    const { code, out, err } = await smokejumper(['doctor', hot], { COLUMNS: '160' });
    assert.equal(code, 0, out + err);
    assert.match(out, /^✓ data folder +.* will be created$/m);
    assert.match(out, /^✓ topic +arn:.*signature version 2$/m);
    assert.match(out, /^✓ topic +delivers to http.*\/sns$/m);
    assert.match(out, /^✓ alarms +1 publish to the topics: web-prod CPU$/m);
    assert.match(out, /^✓ SSM +3 instances are online$/m);
    assert.match(out, /^✓ recording +functions have names in server\.js/m);
    assert.equal(err, 'Ready: everything works.\n');
  });

  test('doctor says what is wrong and what to do, and exits with 1', async () => {
    const { code, out, err } = await smokejumper(['doctor', 'i-0ffffffffffffffff'], {
      COLUMNS: '160',
      DATA_DIR: join(file, 'data'),
      SMTP_URL: 'smtp://someone:secret@127.0.0.1:1',
      SNS_TOPIC_ARNS: 'arn:aws:sns:us-east-1:123456789012:absent',
    });
    assert.equal(code, 1);
    assert.match(out, /^✗ data folder .*\n +→ .*DATA_DIR/m);
    assert.match(out, /^✗ topic .*absent/m);
    assert.match(out, /^✗ alarms +no alarm publishes .*\n +→ Give a CPU alarm/m);
    assert.match(out, /^✗ mail +127\.0\.0\.1:1 .*\n +→ Check SMTP_URL/m);
    assert.match(out, /^✗ recording .*i-0ffffffffffffffff/m);
    assert.doesNotMatch(out, /secret/);
    assert.match(err, /^Not ready; does not work: .*mail.*; nothing would fire or nobody be told: alarms\.$/m);
  });

  test('doctor --json says the same, and --send-mail sends a mail', async () => {
    const mails = reportMails(demo.sandbox.mailbox()).length;
    const { code, out } = await smokejumper(['doctor', '--json', '--send-mail=me@example.com']);
    const { ready, checks } = JSON.parse(out) as { ready: boolean; checks: Record<string, string | null>[] };
    assert.deepEqual([code, ready], [0, true], out);
    assert.deepEqual(Object.keys(checks[0] ?? {}), ['name', 'state', 'text', 'fix']);
    assert.match(checks.find(({ name }) => name === 'test mail')?.text ?? '', /^sent to me@example\.com/);
    assert.equal(reportMails(demo.sandbox.mailbox()).length, mails + 1);
  });

  test('plan says what the alarm would lead to, on whom and why, and makes nothing', async () => {
    const { code, out, err } = await smokejumper(['plan', file], { DATA_DIR: join(folder, 'absent') });
    assert.equal(code, 0, err);
    assert.match(out, /^alarm +stored�\[31m alarm: ALARM$/m);
    assert.match(out, /^decision +accepted: .*group web-prod/m);
    assert.match(out, /^hot +i-[0-9a-f]{17} /m);
    assert.match(out, /^peer +i-[0-9a-f]{17} +Healthy/m);
    assert.match(out, /^capture +2 s at \d+ Hz/m);
    assert.match(out, /^notifies +oncall@example\.com$/m);
    assert.ok(!existsSync(join(folder, 'absent')));
    const json = await smokejumper(['plan', file, '--json'], { DATA_DIR: join(folder, 'absent') });
    const [alarm] = JSON.parse(json.out).alarms;
    assert.deepEqual([alarm.decision.outcome, alarm.group, alarm.capture.seconds], ['accepted', 'web-prod', 2]);
    assert.ok(alarm.members.some((member: { instanceId: string }) => member.instanceId === alarm.hot));
  });

  test('profile records an instance and its peer in the same second, and leaves captures and graphs', async () => {
    const { code, out, err } = await smokejumper(['profile', hot, '2', '--peer', peer, '-o', 'shot', '--no-open']);
    assert.equal(code, 0, err);
    const files = readdirSync(folder).filter((name) => name.startsWith('shot'));
    assert.deepEqual(files.sort(), [
      'shot-differential.svg',
      'shot-peer.capture.gz',
      'shot-peer.svg',
      'shot.capture.gz',
      'shot.svg',
    ]);
    assert.match(readFileSync(join(folder, 'shot.svg'), 'utf8'), /parseHTML/);
    assert.match(out, /healthy/);
    assert.match(err, /samples: \d/);
  });

  test('replay takes a stored alarm through to the mail, and a second time a limit holds', async () => {
    const mails = reportMails(demo.sandbox.mailbox()).length;
    const { code, out, err } = await smokejumper(['replay', file]);
    assert.equal(code, 0, err);
    assert.match(out, /^inc-\w+\n$/);
    for (const state of ['accepted', 'targeted', 'dispatched', 'collected', 'analyzed', 'reported', 'notified']) {
      assert.match(err, new RegExp(`^${state} `, 'm'));
    }
    assert.equal(reportMails(demo.sandbox.mailbox()).length, mails + 1);
    const again = await smokejumper(['replay', file, '--json']);
    const [told] = JSON.parse(again.out).alarms;
    assert.deepEqual([again.code, told.outcome, told.incidentId, told.state], [0, 'attached', null, null]);
    assert.match(again.err, /^attached .*still open/);
    const shown = await smokejumper(['incidents', 'show', 'latest']);
    assert.match(shown.out, new RegExp(`^Incident ${out.trim()}$`, 'm'), shown.err);
  });

  test('subscribe asks SNS to deliver to the service', async () => {
    const { code, out, err } = await smokejumper(['subscribe', '--endpoint', 'http://127.0.0.1:9/sns', '--json']);
    assert.equal(code, 0, err);
    const asked = JSON.parse(out);
    assert.equal(asked.endpoint, 'http://127.0.0.1:9/sns');
    assert.match(asked.subscriptions[0].subscriptionArn, /^arn:aws:sns:.*:cpu-alarms:/);
    const { Subscriptions = [] } = await demo.sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: demo.topicArn }),
    );
    assert.ok(Subscriptions.some((subscription) => subscription.Endpoint === 'http://127.0.0.1:9/sns'));
  });

  test('what is not an alarm, an instance or a file is wrong usage or a clear error', async () => {
    writeFileSync(join(folder, 'text.json'), '"hello"');
    writeFileSync(join(folder, 'other.json'), JSON.stringify({ Event: 'autoscaling:EC2_INSTANCE_LAUNCH' }));
    const cases: readonly (readonly [args: readonly string[], code: number, words: RegExp])[] = [
      [['profile', 'web-1'], 2, /not an instance id/],
      [['profile', hot, '0'], 2, /from 1 to 600/],
      [['doctor', hot, peer], 2, /at most one instance/],
      [['plan'], 2, /one file/],
      [['plan', 'absent.json'], 1, /no such file/],
      [['plan', 'text.json'], 1, /not hold a JSON object/],
      [['replay', 'other.json'], 1, /no alarm/],
      [['subscribe', '--endpoint', 'ftp://x'], 2, /http/],
    ];
    for (const [args, code, words] of cases) {
      const result = await smokejumper(args);
      assert.deepEqual([result.code, result.out], [code, ''], args.join(' '));
      assert.match(result.err, words);
    }
  });
});
