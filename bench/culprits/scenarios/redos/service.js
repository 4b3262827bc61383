// Sign-up form. FAULT: a display name that makes the validating expression backtrack.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const DISPLAY_NAME = /^([A-Za-z]+[ '-]?)+$/;
let n = 0;

function validateDisplayName(name) {
  return DISPLAY_NAME.test(name);
}

function slug(name) {
  return name.toLowerCase().normalize('NFD').replace(/[^a-z0-9]+/g, '-');
}

function signUp(body) {
  const form = JSON.parse(body);
  const valid = validateDisplayName(form.name);
  return { valid, slug: slug(form.name), at: new Date().toISOString() };
}

function answer(body, response) {
  response.end(JSON.stringify(signUp(body)));
}

serveUnderLoad({
  rate: 120,
  nextBody: () =>
    JSON.stringify({ name: fault && n++ % 12 === 0 ? `${'a'.repeat(23)}!` : 'Ada Lovelace-King', bio: 'x'.repeat(2000) }),
  handler: answer,
});
