// Logs are redacted. FAULT: debug logs of whole payloads go through every rule.
import { Writable } from 'node:stream';
import pino from 'pino';
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const log = pino(new Writable({ write: (_chunk, _encoding, done) => done() }));
const RULES = [
  [/\b\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}\b/g, '[card]'],
  [/[\w.+-]+@[\w-]+\.[\w.]+/g, '[mail]'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '[ip]'],
  [/bearer\s+[\w.-]+/gi, '[token]'],
  [/"password"\s*:\s*"[^"]*"/gi, '"password":"[secret]"'],
];

function redact(text) {
  let clean = text;
  for (const [pattern, replacement] of RULES) clean = clean.replace(pattern, replacement);
  return clean;
}

function total(order) {
  let sum = 0;
  for (const item of order.items) for (let i = 0; i < 200; i++) sum += (item.price * i) % 7;
  return sum;
}

const order = { mail: 'a.king@example.com', items: Array.from({ length: 50 }, (_, i) => ({ name: `item ${i} from 10.0.0.${i}`, price: i })), note: 'lorem ipsum dolor '.repeat(2500) };

function answer(body, response) {
  log.info(redact(`order of ${body.slice(9, 30)}`));
  if (fault) log.info(redact(body));
  response.end(String(total(JSON.parse(body))));
}

serveUnderLoad({
  rate: 150,
  nextBody: () => JSON.stringify(order),
  handler: answer,
});
