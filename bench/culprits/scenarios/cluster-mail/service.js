// Two workers read incoming mail. FAULT: mails with thousands of addresses in a header arrive.
import cluster from 'node:cluster';
import { simpleParser } from 'mailparser';
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const mail = (recipients) =>
  [
    'From: Ada <ada@example.com>',
    `To: ${Array.from({ length: recipients }, (_, i) => `"User ${i}" <user${i}@example.com>`).join(',\r\n ')}`,
    'Subject: =?utf-8?q?Hello_=C3=A4?=',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Text. '.repeat(200),
  ].join('\r\n');
const short = mail(2);
const long = mail(400);

async function readMail(source) {
  const parsed = await simpleParser(source);
  return { from: parsed.from?.text, subject: parsed.subject, recipients: parsed.to?.value.length };
}

function classify(text) {
  let hash = 0;
  for (let round = 0; round < 30; round++) for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

async function answer(body, response) {
  const label = classify(body.slice(0, 3000));
  response.end(JSON.stringify({ ...(await readMail(body)), label }));
}

if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
} else {
  serveUnderLoad({
    rate: 60,
    nextBody: () => (fault ? long : short),
    handler: answer,
  });
}
