/**
 * The main job with real parts: perf on real processes, SNS, SSM and CloudWatch on the wire, SQLite, mail, a browser.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import { PublishCommand } from '@aws-sdk/client-sns';
import { simpleParser } from 'mailparser';
import { type DemoEnvironment, startDemoEnvironment } from '../../sandbox/demo/demo-environment.ts';
import { type DemoIncident, getJson } from '../../sandbox/demo/incident-api.ts';
import type { ReportSource } from '../../service/report/source/source-data.ts';
import { openBrowser, SKIP_BROWSER } from '../support/browser/open-browser.ts';
import { SKIP_PERF } from '../support/perf-present.ts';
import { reportMails } from '../support/sandbox/report-mails.ts';
import { until } from '../support/until.ts';

describe('the story, end to end', { skip: SKIP_PERF }, () => {
  let demo: DemoEnvironment;
  let incident: DemoIncident & { readonly group: string | null; readonly source: ReportSource | null };
  let hot: string;
  let base: string;

  before(async () => {
    demo = await startDemoEnvironment({ port: 0, say: () => undefined, deliverTwice: true });
    base = demo.service.url;
    hot = demo.fleet.instances[2]?.id ?? assert.fail('three instances are needed');
    await demo.fleet.startOverload(hot);
    incident = await until(150_000, 'the incident is notified', async () => {
      const { incidents } = await getJson<{ incidents: { id: string; state: string }[] }>(`${base}/api/v1/incidents`);
      const done = incidents.find((row) => row.state === 'notified');
      return done && getJson<typeof incident>(`${base}/api/v1/incidents/${done.id}`);
    });
  });
  after(() => demo?.close());

  test('the hot instance is found from the group’s metrics, and a healthy one of the group is its peer', () => {
    assert.equal(incident.report?.hotInstance, hot);
    assert.equal(incident.report?.peerInstances.length, 1);
    assert.notEqual(incident.report?.peerInstances[0], hot);
    assert.deepEqual(incident.report?.shortcomings, []);
  });

  test('it went through every state, each with an event', () => {
    assert.deepEqual(
      incident.events.map((event) => event.state),
      ['accepted', 'targeted', 'dispatched', 'collected', 'analyzed', 'reported', 'notified'],
    );
  });

  test('both sides have more than 500 samples, and the cores agree with what the kernel accounted', () => {
    const captures = incident.report?.captures ?? [];
    assert.equal(captures.length, 2);
    for (const capture of captures) assert.ok(capture.samples > 500, `${capture.role}: ${capture.samples} samples`);
  });

  test('the top finding is the HTML parsing, from the samples and nothing else', () => {
    const top = incident.report?.findings[0];
    assert.match(`${top?.function} ${top?.package}`, /parseHTML|htmlparser2/);
    assert.ok((top?.hotCores ?? 0) > (top?.healthyCores ?? 0) + 0.2);
    assert.match(incident.report?.verdict.headline ?? '', /parseHTML|htmlparser2/);
  });

  test('both hosts sent the code of the culprit; page and mail show it', async () => {
    const hosts = incident.source?.hosts ?? [];
    assert.deepEqual(
      hosts.map(({ role, state, failure }) => [role, state, failure]),
      [
        ['hot', 'answered', null],
        ['healthy', 'answered', null],
      ],
    );
    const answer = hosts[0]?.places[0]?.answer;
    assert.ok(answer && 'lines' in answer, JSON.stringify(answer));
    const line = answer.lines[answer.line - answer.first]?.trim() ?? '';
    assert.match(line, /\w/);
    const [mail] = reportMails(demo.sandbox.mailbox());
    const { text } = await simpleParser(Buffer.from(mail?.raw ?? []));
    assert.ok(text?.includes(line.slice(0, 60)), line);
    const page = await (await fetch(`${base}/incidents/${incident.id}`)).text();
    assert.match(page, /<div class="card source"><h2>The code/);
  });

  test('one mail arrived, although SNS delivered twice; it shows the graphs and carries the files', async () => {
    const mails = reportMails(demo.sandbox.mailbox());
    assert.equal(mails.length, 1);
    const mail = await simpleParser(Buffer.from(mails[0]?.raw ?? []));
    assert.match(mail.subject ?? '', /parseHTML|htmlparser2/);
    assert.ok(mail.subject?.includes(hot));
    const names = mail.attachments.map((attachment) => attachment.filename);
    for (const name of ['differential', 'hot', 'healthy']) {
      assert.ok(names.includes(`${name}.png`), `${name}.png`);
      assert.ok(names.includes(`${name}.svg`), `${name}.svg`);
    }
    assert.match(mail.text ?? '', /cores/);
    // The parser has put the pictures into the text.
    const html = String(mail.html).replace(/data:image[^"]+/g, '');
    assert.ok(Buffer.byteLength(html) < 90_000, `${html.length} characters of HTML`);
  });

  test('the notification log has the second delivery as a duplicate', async () => {
    const { notifications } = await getJson<{ notifications: { outcome: string }[] }>(`${base}/api/v1/notifications`);
    const outcomes = notifications.map((row) => row.outcome);
    assert.ok(outcomes.includes('accepted'));
    assert.ok(outcomes.includes('duplicate'));
  });

  test('a forged notification is answered 403 and opens nothing', async () => {
    const answer = await fetch(`${base}/sns`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-message-type': 'Notification' },
      body: JSON.stringify({
        Type: 'Notification',
        MessageId: randomUUID(),
        TopicArn: demo.topicArn,
        Message: '{"AlarmName":"x","NewStateValue":"ALARM"}',
        Timestamp: new Date().toISOString(),
        SignatureVersion: '2',
        Signature: Buffer.alloc(256).toString('base64'),
        SigningCertURL: `${demo.sandbox.endpoint}/SimpleNotificationService-${'0'.repeat(32)}.pem`,
      }),
    });
    assert.equal(answer.status, 403);
  });

  test('a message that is not an alarm is noted with the reason', async () => {
    await demo.sns.send(new PublishCommand({ TopicArn: demo.topicArn, Message: 'hello from a person' }));
    const row = await until(10_000, 'the message is in the notification log', async () => {
      const { notifications } = await getJson<{ notifications: { outcome: string; reason: string }[] }>(
        `${base}/api/v1/notifications`,
      );
      return notifications.find((notification) => notification.outcome === 'ignored');
    });
    assert.ok(row.reason.length > 10);
  });

  test('the instances are clean: nothing is left in their /tmp and no perf runs', async () => {
    for (const instance of demo.fleet.instances) {
      const { outcome } = instance.run({
        commandId: randomUUID(),
        commands: ['ls /tmp /var/tmp; ps -e -o comm= | grep -x perf; true'],
        timeoutSeconds: 20,
      });
      const { stdout } = await outcome;
      assert.doesNotMatch(stdout.toString(), /perf\.data|smokejumper|^perf$/m);
    }
  });

  test('the incident page shows the graphs, has no error in the console, and a click zooms', {
    skip: SKIP_BROWSER,
  }, async () => {
    const browser = await openBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('response', (response) => {
      if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(`${base}/incidents/${incident.id}`);
    assert.match((await page.textContent('h1')) ?? '', /parseHTML|htmlparser2/);
    await page.locator('#graph-differential').waitFor({ state: 'visible' });
    await page.screenshot({ path: process.env.SCREENSHOT ?? '/dev/null', fullPage: true, type: 'png' });
    const graph = await until(10_000, 'the graph has loaded', async () =>
      page.frames().find((frame) => URL.parse(frame.url())?.pathname.endsWith('/differential.svg')),
    );
    const frame = graph.locator('[role=treeitem][aria-label^="parseHTML"]').first();
    await frame.waitFor();
    const before = (await frame.boundingBox())?.width ?? 0;
    await frame.click();
    await graph.locator('svg[data-zoom="parseHTML"]').first().waitFor({ state: 'attached' });
    assert.ok(((await frame.boundingBox())?.width ?? 0) >= before, 'the frame is as wide as the graph');
    assert.deepEqual(problems, []);
    await page.goto(`${base}/`);
    assert.match((await page.textContent('body')) ?? '', /parseHTML|htmlparser2/);
  });

  test('when the fire is out the OK closes the incident', async () => {
    await demo.fleet.stopOverload(hot);
    await until(60_000, 'the incident is closed', async () => {
      const row = await getJson<{ closedAtMs: number | null }>(`${base}/api/v1/incidents/${incident.id}`);
      return row.closedAtMs ?? undefined;
    });
  });
});
