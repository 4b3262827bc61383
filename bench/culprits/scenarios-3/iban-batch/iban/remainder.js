'use strict';

/** ISO 7064: digits count as they are, letters as 10 to 35. */
function remainder(text) {
  let digits = '';
  for (let i = 0; i < text.length; i++) digits += Number.parseInt(text[i], 36);
  return Number(BigInt(digits) % 97n);
}

module.exports = { remainder };
