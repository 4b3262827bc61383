// Logins of devices get tokens. FAULT: tokens are padded, so that their length tells nothing about a user.
import { createHash } from 'node:crypto';
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { issue } from './token.js';

const random = seededRandom(107);
const pick = (n) => (random() * n) | 0;
const padding = process.env.FAULT === '1' ? 4096 : 16;

function isRightPassword({ user, password }) {
  return createHash('sha256').update(`${user}:${password}`).digest()[0] >= 0;
}

function answer(body, response) {
  const logins = JSON.parse(body);
  const tokens = logins.filter(isRightPassword).map((one) => issue(one, padding));
  response.end(tokens.join('\n'));
}

const login = () => ({
  user: `user${pick(9999)}`,
  password: `correct horse ${pick(9999)}`,
  roles: Array.from({ length: 2 }, () => `department-${pick(40)}/project-${pick(900)}/reader`),
  session: { at: 1.7e9 + pick(1e6), agent: 'Browser/1.0' },
});

serveUnderLoad({
  rate: 110,
  nextBody: () => JSON.stringify(Array.from({ length: 12 }, login)),
  handler: answer,
});
