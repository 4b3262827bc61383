// Sign-up form. FAULT: a display name that makes the validating expression backtrack.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const DISPLAY_NAME = /^([A-Za-z]+[ '-]?)+$/;
let n = 0;

function validateDisplayName(name) {
  if (typeof name !== 'string') return { valid: false, reason: 'A name is text.' };
  if (name.length > 80) return { valid: false, reason: `A name has at most 80 characters, not ${name.length}.` };
  const valid = DISPLAY_NAME.test(name.trim());
  return { valid, reason: valid ? '' : `A name has letters, blanks, dashes and apostrophes, not ${name}.` };
}

function slug(name) {
  return name.toLowerCase().normalize('NFD').replace(/[^a-z0-9]+/g, '-');
}

function signUp(body) {
  const form = JSON.parse(body);
  const { valid, reason } = validateDisplayName(form.name);
  return { valid, reason, slug: slug(form.name), at: new Date().toISOString() };
}

function answer(body, response) {
  response.end(JSON.stringify(signUp(body)));
}

serveUnderLoad({
  rate: 200,
  nextBody: () =>
    JSON.stringify({ name: fault && n++ % 25 === 0 ? `${'a'.repeat(23)}!` : 'Ada Lovelace-King', bio: 'x'.repeat(2000) }),
  handler: answer,
});
