// Old payment files name no country: it is found by the check digits. FAULT: all of SEPA is served, not two countries.
'use strict';

const { createHmac } = require('node:crypto');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { plausibleCountries } = require('./iban/complete.js');

const random = seededRandom(302);
const pick = (n) => (random() * n) | 0;
const SEPA = 'ATBEBGCHCYCZDEDKEEESFIFRGBGIGRHRHUIEISITLILTLULVMCMTNLNOPLPTROSESISKSM'.match(/../g);
const codes = process.env.FAULT === '1' ? SEPA : ['AT', 'DE'];
const countries = codes.map((code) => ({ code, length: 0 }));

function readLine(line) {
  const [account, check, cents, name] = line.split(';');
  return { account, check, cents: Number(cents), name: name.trim().toUpperCase() };
}

function answer(body, response) {
  const payments = body.split('\n').map(readLine);
  const unclear = payments.filter((payment) => plausibleCountries(payment, countries).length !== 1);
  const total = payments.reduce((sum, { cents }) => sum + cents, 0);
  response.setHeader('x-seal', createHmac('sha256', 'k').update(body).digest('hex'));
  response.end(JSON.stringify({ total, unclear: unclear.map(({ account }) => account) }));
}

const digits = (n) => Array.from({ length: n }, () => pick(10)).join('');
const payment = () => `${digits(18)};${10 + pick(88)};${pick(99999)}; Ada Lovelace ${pick(99)} `;
const files = Array.from({ length: 20 }, () => Array.from({ length: 60 }, payment).join('\n'));

serveUnderLoad({ rate: 90, nextBody: () => files[pick(files.length)], handler: answer });
