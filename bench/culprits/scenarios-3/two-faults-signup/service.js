// Participants are imported. FAULT: nobody may come twice, checked row by row; and archives are packed tightly.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { pack } = require('./pack.js');
const { faultsOf } = require('./validate.js');

const random = seededRandom(322);
const pick = (n) => (random() * n) | 0;
const fault = process.env.FAULT === '1';
const rules = { onlyOnce: fault };
const level = fault ? 9 : 1;

function answer(body, response) {
  const rows = JSON.parse(body);
  const faults = faultsOf(rows, rules);
  const archive = pack(rows, level);
  response.end(JSON.stringify({ faults: faults.slice(0, 9), size: archive.length }));
}

const towns = ['Aarau', 'Baden', 'Chur', 'Davos', 'Einsiedeln'];
const row = () => ({
  mail: `event.guest.number.${pick(1e5)}@mail.example`,
  name: `Ada ${['King', 'Byron', 'Lovelace'][pick(3)]} ${pick(50)}`,
  from: towns[pick(5)],
});
const imports = Array.from({ length: 24 }, () => JSON.stringify(Array.from({ length: 200 }, row)));

serveUnderLoad({ rate: 100, nextBody: () => imports[pick(imports.length)], handler: answer });
