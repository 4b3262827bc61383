'use strict';

const SPACE = /\s+/g;

/** Masks the words of a list, whatever marks stand between their letters. */
function mask(text, words) {
  let masked = text.replace(SPACE, ' ');
  for (const word of words) {
    const letters = [...word].join('[^a-z]{0,2}');
    const pattern = new RegExp(`\\b${letters}\\b`, 'gi');
    masked = masked.replace(pattern, (found) => found[0] + '*'.repeat(found.length - 1));
  }
  return masked;
}

module.exports = { mask };
