'use strict';

/** Keys whose values must not be written down, whatever their case. */
function isSecret(key, words) {
  const plain = key.toLowerCase();
  for (const word of words) {
    if (plain.includes(word)) return true;
  }
  return false;
}

module.exports = { isSecret };
