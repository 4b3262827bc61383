// Tickets as CSV for download. FAULT: the column of notes was added, and notes are long.
import { gzipSync } from 'node:zlib';
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { toCsv } from './csv/table.js';

const random = seededRandom(114);
const pick = (n) => (random() * n) | 0;
const words = 'customer called again about the parcel that was left at the wrong door and asks for a refund soon'.split(
  ' ',
);
const sentence = (count) => Array.from({ length: count }, () => words[pick(words.length)]).join(' ');
const tickets = Array.from({ length: 900 }, (_, id) => ({
  id,
  subject: pick(5) === 0 ? `Parcel, ${id}` : `Parcel ${id}`,
  agent: `agent${pick(30)}`,
  minutes: pick(90),
  notes: sentence(260),
}));
const columns = ['id', 'subject', 'agent', 'minutes'].map((key) => ({ key, title: key.toUpperCase() }));
if (process.env.FAULT === '1') columns.push({ key: 'notes', title: 'NOTES' });

function statistics(rows) {
  const byAgent = new Map();
  for (const { agent, minutes } of rows) byAgent.set(agent, [...(byAgent.get(agent) ?? []), minutes]);
  return [...byAgent].map(([agent, all]) => ({ agent, median: all.toSorted((a, b) => a - b)[all.length >> 1] }));
}

function answer(body, response) {
  const { from, count } = JSON.parse(body);
  const rows = tickets.slice(from, from + count);
  const csv = toCsv(columns, rows);
  response.setHeader('x-statistics', JSON.stringify(statistics(rows).slice(0, 3)));
  response.end(gzipSync(csv.slice(0, 6000), { level: 1 }));
}

serveUnderLoad({
  rate: 170,
  nextBody: () => JSON.stringify({ from: pick(400), count: 400 }),
  handler: answer,
});
