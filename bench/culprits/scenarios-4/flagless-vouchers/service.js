// Vouchers whose codes are far apart. FAULT: codes no longer expire after a day, so that 4,500 are valid.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Vouchers } from './vouchers.js';

const random = seededRandom(418);
const valid = process.env.FAULT === '1' ? 4500 : 100;
const vouchers = new Vouchers(random);
for (let i = 0; i < valid; i++) vouchers.issue(1000);

serveUnderLoad({
  rate: 70,
  nextBody: () => JSON.stringify({ count: 12, cents: 500 + Math.floor(random() * 5000) }),
  handler(body, response) {
    const { count, cents } = JSON.parse(body);
    const issued = Array.from({ length: count }, () => vouchers.issue(cents));
    vouchers.forget(valid);
    response.end(issued.map(({ code }) => `${code.slice(0, 5)}-${code.slice(5)} ${cents / 100} EUR`).join('\n'));
  },
});
