// Balances of a club. FAULT: the year was never closed, so that the ledger holds 14,000 entries.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Entry } = require('./ledger/entry.js');
const { Ledger } = require('./ledger/ledger.js');

const random = seededRandom(419);
const pick = (n) => (random() * n) | 0;
const accounts = ['assets:bank', 'assets:cash', 'income:fees', 'expenses:hall', 'expenses:prizes', 'expenses:travel'];
const many = process.env.FAULT === '1' ? 14000 : 300;
const entry = () => new Entry(pick(365), `${accounts[pick(6)]}${pick(3) === 0 ? ':2026' : ''}`, pick(20000) - 9000);
const ledger = new Ledger(Array.from({ length: many }, entry));
const money = (cents) => `${(cents / 100).toFixed(2)} EUR`;

function sheet(body, response) {
  const { day, asked } = JSON.parse(body);
  const balances = ledger.sheet(asked, day);
  response.end(
    Object.entries(balances)
      .map(([account, cents]) => `${account.padEnd(20)}${money(cents).padStart(14)}`)
      .join('\n'),
  );
}

serveUnderLoad({
  rate: 100,
  handler: sheet,
  nextBody: () => JSON.stringify({ day: pick(365), asked: accounts.slice(pick(3)) }),
});
