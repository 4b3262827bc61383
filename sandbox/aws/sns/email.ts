import { randomUUID } from 'node:crypto';

/**
 * A plain-text mail as SNS sends it to `email` subscribers. Subjects and addresses are one line of ASCII by SNS's own
 * rules.
 */
export function notificationMail(to: string, subject: string, text: string): Buffer {
  const lines =
    Buffer.from(text, 'utf8')
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  return Buffer.from(
    [
      'From: AWS Notifications <no-reply@sns.amazonaws.com>',
      `To: ${oneLine(to)}`,
      `Subject: ${oneLine(subject)}`,
      `Date: ${new Date().toUTCString()}`,
      `Message-ID: <${randomUUID()}@sns.amazonaws.com>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=UTF-8',
      'Content-Transfer-Encoding: base64',
      '',
      ...lines,
      '',
    ].join('\r\n'),
    'utf8',
  );
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
