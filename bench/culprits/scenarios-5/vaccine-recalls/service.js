// A surgery recalls children for their vaccines. FAULT: adults are no longer left out of the list of patients.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { dueOn } = require('./recalls.js');

const random = seededRandom(514);
const pick = (n) => (random() * n) | 0;
const adults = process.env.FAULT === '1' ? 4200 : 0;
const schedule = [2, 3, 4, 11, 12, 15, 23, 60, 72, 108, 168, 180].map((month, i) => ({
  id: `dose ${i}`,
  month,
  within: 4,
}));
const bornIn = (year, years) => new Date(Date.UTC(year + pick(years), pick(12), 1 + pick(28)));
const patients = [
  ...Array.from({ length: 60 }, (_, i) => ({ name: `child ${i}`, born: bornIn(2010, 16), had: new Set(['dose 0']) })),
  ...Array.from({ length: adults }, (_, i) => ({ name: `adult ${i}`, born: bornIn(1930, 70), had: new Set() })),
];

function letters(body, response) {
  const { day, most } = JSON.parse(body);
  const due = dueOn(new Date(day), patients, schedule).slice(0, most);
  response.end(due.map(({ name, dose, late }) => `Dear ${name}, ${dose} has been due for ${late} months.`).join('\n'));
}

serveUnderLoad({
  rate: 70,
  handler: letters,
  nextBody: () => JSON.stringify({ day: `2026-0${1 + pick(9)}-1${pick(10)}`, most: 20 }),
});
