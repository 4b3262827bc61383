'use strict';

/** Three letters each, in order. */
function trigramsOf(text) {
  const padded = `  ${text.toLowerCase()} `;
  return Array.from({ length: padded.length - 2 }, (_, i) => padded.slice(i, i + 3)).sort();
}

/** How many trigrams two sorted lists have in common. */
function inCommon(a, b) {
  let [i, j, count] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      count++;
      i++;
      j++;
    } else if (a[i] < b[j]) i++;
    else j++;
  }
  return count;
}

function mostSimilar(contact, known) {
  let best = null;
  let most = 0.4;
  for (const other of known) {
    const shared = inCommon(contact.trigrams, other.trigrams);
    const likeness = shared / (contact.trigrams.length + other.trigrams.length - shared);
    if (likeness > most) [best, most] = [other, likeness];
  }
  return best;
}

module.exports = { mostSimilar, trigramsOf };
