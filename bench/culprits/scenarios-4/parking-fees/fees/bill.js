'use strict';

const tariff = require('./tariff.js');

const WEEK = 7 * 24 * 60;

/** What a stay costs; begun steps count in full. */
function billOf(stay, bands, step) {
  let cents = 0;
  for (let minute = stay.from; minute < stay.until; minute += step) {
    cents += tariff.centsAt(bands, minute % WEEK) * step;
  }
  return { plate: stay.plate, cents: Math.min(Math.ceil(cents / 60), stay.most) };
}

module.exports = { billOf };
