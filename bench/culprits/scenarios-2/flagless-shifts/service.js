// Jobs of a workshop, started without any flag. FAULT: holidays of all countries were merged into one list.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { setHolidays } from './calendar.js';
import { plan } from './shifts.js';

const random = seededRandom(132);
const pick = (n) => (random() * n) | 0;
const day = (number) => new Date(number * 86_400_000).toISOString().slice(0, 10);
const holidays = process.env.FAULT === '1' ? 900 : 14;
setHolidays(Array.from({ length: holidays }, () => day(20000 + 7 * pick(900) + 3)));

function answer(body, response) {
  const rows = plan(JSON.parse(body)).map(({ id, due, note }) => `${id};${day(due)};"${note.replaceAll('"', '""')}"`);
  response.end(rows.join('\n'));
}

const job = (_, id) => ({ id, start: 20000 + pick(300), shifts: 5 + pick(50), note: `Check the "valve" ${pick(999)}` });

serveUnderLoad({
  rate: 130,
  nextBody: () => JSON.stringify(Array.from({ length: 110 }, job)),
  handler: answer,
});
