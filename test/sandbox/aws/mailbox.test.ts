import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { createTransport } from 'nodemailer';
import { DEMO_CREDENTIALS } from '../../../sandbox/aws/credentials.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/server.ts';
import { localFleet } from '../../support/sandbox/local-fleet.ts';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('SES and the mailbox of the sandbox', () => {
  let sandbox: Sandbox;
  let ses: SESv2Client;

  before(async () => {
    sandbox = await startSandbox({ fleet: localFleet(), manualTicks: true });
    const { region, endpoint } = sandbox;
    ses = new SESv2Client({ region, endpoint, credentials: DEMO_CREDENTIALS, maxAttempts: 1 });
  });
  after(async () => {
    ses.destroy();
    await sandbox.close();
  });

  const page = async (path: string) => {
    const answer = await fetch(`${sandbox.endpoint}${path}`);
    return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
  };

  it('keeps a raw mail as it was sent and shows it with its images, text and attachments', async () => {
    const transport = createTransport({ SES: { sesClient: ses, SendEmailCommand } });
    await transport.sendMail({
      from: 'Smokejumper <smokejumper@example.com>',
      to: 'oncall@example.com',
      bcc: 'archive@example.com',
      subject: '<b>fire</b> é',
      text: 'the text part',
      html:
        '<p>the html part</p><script>alert(1)</script><img src="cid:graph">' +
        '<img src="http://elsewhere.example/x.png">',
      attachments: [
        { filename: 'graph.png', content: PIXEL, cid: 'graph' },
        { filename: "h'ot \u202e.svg", content: '<svg onload="alert(1)"/>', contentType: 'image/svg+xml' },
      ],
    });
    const mail = sandbox.mailbox().at(-1);
    assert.ok(mail);
    assert.equal(mail.from, 'smokejumper@example.com');
    assert.deepEqual(mail.to, ['oncall@example.com', 'archive@example.com']);
    const list = (await page('/mailbox')).body.toString();
    assert.ok(list.includes('&#60;b&#62;fire&#60;/b&#62; é') && list.includes(`/mailbox/${mail.id}`));
    const shown = (await page(`/mailbox/${mail.id}`)).body.toString();
    assert.match(shown, /<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    assert.ok(shown.includes('<pre>the text part'));
    const html = await page(`/mailbox/${mail.id}/html`);
    assert.ok(html.body.toString().includes(`data:image/png;base64,${PIXEL.toString('base64')}`));
    const policy = html.headers.get('content-security-policy') ?? '';
    assert.match(policy, /^sandbox allow-popups /);
    assert.match(policy, /default-src 'none'; img-src data:;/);
    const svg = await page(`/mailbox/${mail.id}/attachments/1`);
    assert.match(svg.headers.get('content-disposition') ?? '', /^attachment; filename\*=UTF-8''h%27ot/);
    assert.equal(svg.body.toString(), '<svg onload="alert(1)"/>');
    assert.deepEqual((await page(`/mailbox/${mail.id}/mail.eml`)).body, mail.raw);
    assert.equal((await page(`/mailbox/${mail.id}/attachments/7`)).status, 404);
    assert.equal((await page('/mailbox/00000000-0000-4000-8000-000000000000')).status, 404);
  });

  it('rejects what is not verified, where an account says what is', async (t) => {
    const start = async (sandboxed: boolean) => {
      const sesIdentities = { verified: ['example.com', 'Friend@elsewhere.example'], sandboxed };
      const strict = await startSandbox({ fleet: localFleet(), manualTicks: true, sesIdentities });
      const { region, endpoint } = strict;
      const client = new SESv2Client({ region, endpoint, credentials: DEMO_CREDENTIALS, maxAttempts: 1 });
      t.after(() => {
        client.destroy();
        return strict.close();
      });
      const Content = { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } } };
      return (FromEmailAddress: string, ...ToAddresses: string[]) =>
        client.send(new SendEmailCommand({ FromEmailAddress, Destination: { ToAddresses }, Content }));
    };
    const check = 'Email address is not verified. The following identities failed the check in region US-EAST-1: ';
    const rejected = (addresses: string) => ({ name: 'MessageRejected', message: `${check}${addresses}` });
    const usual = await start(false);
    await usual('Smokejumper <a@mail.example.com>', 'anybody@elsewhere.example');
    await assert.rejects(usual('A <a@badexample.com>', 'b@example.com'), rejected('A <a@badexample.com>'));
    const beginner = await start(true);
    await beginner('a@example.com', 'friend@elsewhere.example');
    await assert.rejects(
      beginner('x@elsewhere.example', 'b@example.com', 'anybody@elsewhere.example'),
      rejected('x@elsewhere.example, anybody@elsewhere.example'),
    );
  });

  it('composes the mail of Simple content and tells its listeners', async () => {
    const heard: string[] = [];
    const stop = sandbox.onMail((mail) => heard.push(mail.id));
    const answer = await ses.send(
      new SendEmailCommand({
        FromEmailAddress: 'a@example.com',
        Destination: { ToAddresses: ['b@example.com'], BccAddresses: ['blind.copy@example.com'] },
        Content: {
          Simple: { Subject: { Data: 'simple' }, Body: { Text: { Data: 'plain' }, Html: { Data: '<i>html</i>' } } },
        },
      }),
    );
    stop();
    assert.match(answer.MessageId ?? '', /^[0-9a-f-]+$/);
    const mail = sandbox.mailbox().at(-1);
    assert.deepEqual(heard, [mail?.id]);
    assert.deepEqual(mail?.to, ['b@example.com', 'blind.copy@example.com']);
    assert.match(mail.raw.toString(), /^Subject: simple\r$/m);
    assert.ok(!mail.raw.toString().includes('blind.copy@example.com'));
  });

  it('refuses mails without content or recipients', async () => {
    const refused = (input: ConstructorParameters<typeof SendEmailCommand>[0]) =>
      assert.rejects(ses.send(new SendEmailCommand(input)), { name: 'BadRequestException' });
    await refused({ Content: {} });
    await refused({
      FromEmailAddress: 'a@example.com',
      Content: { Raw: { Data: Buffer.from('Subject: x\r\n\r\nbody') } },
    });
  });

  it('shows its pages only under its own name', async () => {
    const overview = await page('/');
    assert.equal(overview.status, 200);
    assert.ok(overview.body.toString().includes('i-00000000000000001'));
    const status = await new Promise((resolve, reject) => {
      request(`${sandbox.endpoint}/mailbox`, { headers: { host: 'rebound.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    assert.equal(status, 403);
  });
});
