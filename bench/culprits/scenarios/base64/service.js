// Sends attachments. FAULT: the whole file is encoded for each recipient.
import { serveUnderLoad } from '../../support/load.js';

const RECIPIENTS = process.env.FAULT === '1' ? 12 : 1;
const file = Buffer.alloc(300000, 'attachment ');

function encodeAttachment(content, name) {
  const text = content.toString('base64');
  const lines = [`Content-Type: application/octet-stream; name="${name}"`, 'Content-Transfer-Encoding: base64', ''];
  for (let at = 0; at < text.length; at += 76) lines.push(text.slice(at, at + 76));
  const body = lines.join('\r\n');
  if (body.length < content.length) throw new Error(`The attachment ${name} was cut.`);
  return body;
}

function headers(recipient) {
  let text = '';
  for (let i = 0; i < 200; i++) text += `X-Header-${i}: ${recipient.toUpperCase()}\r\n`;
  return text;
}

function mail(recipients) {
  let size = 0;
  for (let i = 0; i < recipients; i++) size += encodeAttachment(file, `${i}.pdf`).length + headers(`r${i}@example.com`).length;
  return size;
}

function answer(_body, response) {
  response.end(String(mail(RECIPIENTS)));
}

serveUnderLoad({
  rate: 40,
  nextBody: () => '',
  handler: answer,
});
