'use strict';

/** Mean heat of the square around a pixel. */
exports.meanAround = (frame, x, y, reach) => {
  let sum = 0;
  for (let row = y - reach; row <= y + reach; row++) {
    const start = row * frame.width + x;
    for (let at = start - reach; at <= start + reach; at++) sum += frame.heat[at];
  }
  return sum / (2 * reach + 1) ** 2;
};
