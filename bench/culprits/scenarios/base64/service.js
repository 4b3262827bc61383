// Sends attachments. FAULT: the whole file is encoded for each recipient.
import { serveUnderLoad } from '../../support/load.js';

const RECIPIENTS = process.env.FAULT === '1' ? 12 : 1;
const file = Buffer.alloc(300000, 'attachment ');

function encodeAttachment(content) {
  return content.toString('base64').match(/.{1,76}/g).length;
}

function headers(recipient) {
  let text = '';
  for (let i = 0; i < 200; i++) text += `X-Header-${i}: ${recipient.toUpperCase()}\r\n`;
  return text;
}

function mail(recipients) {
  let size = 0;
  for (let i = 0; i < recipients; i++) size += encodeAttachment(file) + headers(`r${i}@example.com`).length;
  return size;
}

function answer(_body, response) {
  response.end(String(mail(RECIPIENTS)));
}

serveUnderLoad({
  rate: 20,
  nextBody: () => '',
  handler: answer,
});
