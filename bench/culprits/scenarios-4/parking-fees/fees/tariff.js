'use strict';

/** The price of a minute: the first band that the minute of the week lies in. */
exports.centsAt = function centsAt(bands, minute) {
  for (let i = 0; i < bands.length; i++) {
    const band = bands[i];
    if (minute >= band.from && minute < band.until) return band.cents;
  }
  return 0;
};
