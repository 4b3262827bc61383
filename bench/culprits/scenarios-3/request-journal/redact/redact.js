'use strict';

const { isSecret } = require('./secret.js');

function redact(value, words) {
  if (Array.isArray(value)) return value.map((one) => redact(one, words));
  if (value === null || typeof value !== 'object') return value;
  const clean = {};
  for (const [key, inner] of Object.entries(value)) clean[key] = isSecret(key, words) ? '***' : redact(inner, words);
  return clean;
}

module.exports = { redact };
