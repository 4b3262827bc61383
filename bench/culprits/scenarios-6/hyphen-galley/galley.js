'use strict';

const { matchesAt } = require('./pattern.js');

/** Where words may be broken: patterns forbid (even) or allow (odd) it, and the highest number counts. */
function createGalley(patterns, width) {
  const weights = new Uint8Array(64);

  function breaksOf(word) {
    weights.fill(0);
    for (let at = 0; at < word.length; at++) {
      for (const pattern of patterns) {
        if (!matchesAt(word, at, pattern.masks)) continue;
        const behind = at + pattern.offset;
        weights[behind] = Math.max(weights[behind], pattern.weight);
      }
    }
    return [...weights.subarray(2, Math.max(2, word.length - 2))].flatMap((one, i) => (one % 2 === 1 ? [i + 2] : []));
  }

  return function set(words) {
    const lines = [''];
    for (const word of words) {
      const line = lines.at(-1);
      const room = width - line.length - 2;
      const fits = word.length <= room ? word.length : (breaksOf(word).findLast((at) => at <= room) ?? 0);
      if (fits === word.length) lines[lines.length - 1] = `${line} ${word}`;
      else if (fits === 0) lines.push(word);
      else {
        lines[lines.length - 1] = `${line} ${word.slice(0, fits)}-`;
        lines.push(word.slice(fits));
      }
    }
    return lines;
  };
}

module.exports = { createGalley };
