// Tickets are imported as CSV, in a stream. FAULT: their notes are whole mails of seventy lines, not one sentence.
'use strict';

const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { RecordSplitter } = require('./lines.js');

const random = seededRandom(317);
const pick = (n) => (random() * n) | 0;
const fault = process.env.FAULT === '1';

function* chunksOf(text) {
  for (let from = 0; from < text.length; from += 4096) yield text.slice(from, from + 4096);
}

async function readTickets(text) {
  const tickets = [];
  await pipeline(Readable.from(chunksOf(text)), new RecordSplitter(), async (records) => {
    for await (const record of records) {
      const [id, state, note] = record.split(',', 3);
      tickets.push({ id: Number(id), state: state.toUpperCase(), note: note.replaceAll('"', '').slice(0, 60) });
    }
  });
  return tickets;
}

async function answer(body, response) {
  const tickets = await readTickets(body);
  const states = Object.groupBy(tickets, ({ state }) => state);
  response.end(JSON.stringify({ tickets: tickets.length, open: states.OPEN?.length ?? 0, first: tickets[0] }));
}

const sentence = () => `the ${['pump', 'valve', 'fan'][pick(3)]} makes a noise`;
const note = (lines) => `"${Array.from({ length: lines }, sentence).join(fault ? '\n' : '; ')}"`;
const ticket = (_, i) => `${i},${['open', 'done'][pick(2)]},${note(fault ? 70 : 10)}`;
const uploads = Array.from({ length: 20 }, () => Array.from({ length: fault ? 10 : 60 }, ticket).join('\n'));

serveUnderLoad({ rate: 110, nextBody: () => uploads[pick(uploads.length)], handler: answer });
