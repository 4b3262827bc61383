// Imports bookings. FAULT: the format that all rows have stands last in a long list of formats to try.
import { serveUnderLoad } from '../../support/load.js';
import { parseDate } from './lib/dates.js';

const fault = process.env.FAULT === '1';
const OTHERS = ['DD/MM/YYYY', 'MM-DD-YYYY', 'DD MMM YYYY', 'YYYY MMM DD', 'DD.MM.YYYY HH:mm', 'YYYYMMDD', 'MMM DD YYYY', 'DD MMM YYYY HH:mm', 'HH:mm DD/MM/YYYY', 'DD-MM-YYYY'];
const FORMATS = fault ? [...OTHERS, 'YYYY-MM-DD HH:mm'] : ['YYYY-MM-DD HH:mm', ...OTHERS];

function importRow(row) {
  const [room, from, to] = row.split(';');
  const nights = (parseDate(to, FORMATS) - parseDate(from, FORMATS)) / 86400000;
  return { room: room.trim().toUpperCase(), nights };
}

function importFile(text) {
  let nights = 0;
  for (const row of text.split('\n')) nights += importRow(row).nights;
  return nights;
}

const file = Array.from({ length: 60 }, (_, i) => ` room ${i};2026-01-${10 + (i % 10)} 14:00;2026-02-${10 + (i % 10)} 10:00`).join('\n');

function answer(body, response) {
  response.end(String(importFile(body)));
}

serveUnderLoad({
  rate: 100,
  nextBody: () => file,
  handler: answer,
});
