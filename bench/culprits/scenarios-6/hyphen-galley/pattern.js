'use strict';

const SOUNDS = ['aeiouy', 'lrmn', 'fhsvwz', 'bcdgkpqtxj'];
/** Of each letter, by its code: a bit for what it sounds like. */
const KINDS = new Uint8Array(128);
for (const [bit, letters] of SOUNDS.entries()) for (const letter of letters) KINDS[letter.charCodeAt(0)] = 1 << bit;

/** A pattern has a mask of sounds for each of its letters. */
exports.matchesAt = function matchesAt(word, at, masks) {
  if (at + masks.length > word.length) return false;
  let i = 0;
  while (i < masks.length && (masks[i] & KINDS[word.charCodeAt(at + i)]) !== 0) i++;
  return i === masks.length;
};
