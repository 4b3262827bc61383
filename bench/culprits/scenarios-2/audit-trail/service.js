// Transfers with an audit trail. FAULT: the trail now holds the place in the code, found by a stack trace.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Accounts } from './accounts.js';
import { AuditTrail } from './audit.js';

const random = seededRandom(126);
const pick = (n) => (random() * n) | 0;
const audit = new AuditTrail({ withPlace: process.env.FAULT === '1' });
const accounts = new Accounts(audit);

function checkIban(iban) {
  const digits = [...iban.slice(4), ...iban.slice(0, 4)].map((char) => Number.parseInt(char, 36)).join('');
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return rest >= 0;
}

function answer(body, response) {
  const transfers = JSON.parse(body).filter(({ from, to }) => checkIban(from) && checkIban(to));
  for (const transfer of transfers) accounts.transfer(transfer);
  response.setHeader('x-last', audit.last.action);
  response.end(accounts.sheet());
}

const iban = () => `CH9300762011623852${100 + pick(150)}`;

serveUnderLoad({
  rate: 110,
  nextBody: () => JSON.stringify(Array.from({ length: 70 }, () => ({ from: iban(), to: iban(), cents: pick(1e5) }))),
  handler: answer,
});
