// When are invoices due? FAULT: the feed of bank holidays lists those of each town, no longer those of the country.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { createTerms, DAY } = require('./terms.js');

const random = seededRandom(605);
const pick = (n) => (random() * n) | 0;
const towns = process.env.FAULT === '1' ? 32 : 1;
const days = Array.from({ length: 24 }, () => 20454 + pick(730));
const holidays = Array.from({ length: towns }, (_, town) =>
  days.map((day, i) => ({ town, day, name: `holiday ${i}` })),
).flat();
const terms = createTerms(holidays);

function due(body, response) {
  const { invoices } = JSON.parse(body);
  const lines = invoices.map(({ number, issued, days }) => {
    const date = terms.dueOn(new Date(issued), days);
    return `${number};${date.toISOString().slice(0, 10)}`;
  });
  response.end(lines.join('\n'));
}

serveUnderLoad({
  rate: 80,
  handler: due,
  nextBody: () =>
    JSON.stringify({
      invoices: Array.from({ length: 40 }, () => ({
        number: `R-${pick(1e6)}`,
        issued: (20500 + pick(500)) * DAY,
        days: [30, 45, 60, 90][pick(4)],
      })),
    }),
});
