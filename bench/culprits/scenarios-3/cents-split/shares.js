'use strict';

/** Place of the largest remainder, that gets the next cent. */
function neediest(remainders) {
  let place = 0;
  for (let i = 1; i < remainders.length; i++) {
    if (remainders[i] > remainders[place]) place = i;
  }
  return place;
}

/** Splits an amount so that no cent is lost. */
function split(cents, weights) {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const exact = weights.map((weight) => (cents * weight) / total);
  const parts = exact.map(Math.floor);
  const remainders = exact.map((amount, i) => amount - parts[i]);
  let left = cents - parts.reduce((sum, part) => sum + part, 0);
  while (left-- > 0) {
    const place = neediest(remainders);
    parts[place]++;
    remainders[place]--;
  }
  return parts;
}

module.exports = { split };
