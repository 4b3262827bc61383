// Sessions are signed; some requests log in. FAULT: the iterations of the password hash were raised.
import { createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { serveUnderLoad } from '../../support/load.js';

const ITERATIONS = process.env.FAULT === '1' ? 30000 : 500;
const key = randomBytes(32);
let n = 0;

function verifyPassword(password, salt) {
  return pbkdf2Sync(password, salt, ITERATIONS, 64, 'sha512');
}

function signSession(user) {
  let signature = user;
  for (let i = 0; i < 40; i++) signature = createHmac('sha256', key).update(signature).digest('hex');
  return signature;
}

function logIn(body) {
  const { user, password } = JSON.parse(body);
  return { session: signSession(user), ok: verifyPassword(password, user).length === 64 };
}

function answer(body, response) {
  response.end(JSON.stringify(logIn(body)));
}

serveUnderLoad({
  rate: 60,
  nextBody: () => JSON.stringify({ user: `user-${n++ % 50}`, password: 'correct horse' }),
  handler: answer,
});
