// A library's desk. FAULT: loans of ten years are kept; and PINs are sealed with more rounds.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { sealPin } = require('./card.js');
const { Catalogue } = require('./catalogue.js');

const random = seededRandom(421);
const pick = (n) => (random() * n) | 0;
const fault = process.env.FAULT === '1';
const loan = () => ({ reader: pick(3000), due: pick(3650), returned: pick(3) > 0 ? pick(3650) : null, title: pick(9e4) });
const catalogue = new Catalogue(Array.from({ length: fault ? 180000 : 900 }, loan));
const rounds = fault ? 1500 : 50;

function visit(body, response) {
  const { reader, pin, days } = JSON.parse(body);
  const late = days.map((day) => catalogue.lateFor(reader, day).map(({ title, due }) => ({ title, fee: (day - due) * 10 })));
  response.setHeader('set-cookie', `desk=${sealPin(pin, `card-${reader}`, rounds)}`);
  response.end(JSON.stringify({ reader, late }));
}

serveUnderLoad({
  rate: 110,
  handler: visit,
  nextBody: () => JSON.stringify({ reader: pick(3000), pin: `${pick(9999)}`, days: [3000, 3100, 3200, 3300].map((d) => d + pick(90)) }),
});
