import { SESv2Client } from '@aws-sdk/client-sesv2';
import { createMailer } from '../../service/mail/mailer.ts';
import { FakeMail } from '../support/fakes/fake-mail.ts';
import { sandboxSetUp } from '../support/sandbox/clients.ts';
import { mailContract } from './mail-contract.ts';

mailContract('the fake', async () => {
  const mail = new FakeMail();
  return { mail, arrived: async () => mail.raw };
});

mailContract('SES', async () => {
  const { client, sandbox } = await sandboxSetUp();
  const mail = createMailer({ from: 'Smokejumper <smokejumper@example.com>', smtpUrl: null }, new SESv2Client(client));
  return { mail, arrived: async () => sandbox.mailbox().map((stored) => stored.raw) };
});
