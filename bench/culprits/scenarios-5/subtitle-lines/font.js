'use strict';

/** The width of a letter: fonts list theirs in ranges, each with its last letter. */
function advance(widths, code) {
  for (const range of widths) {
    if (code <= range.last) return range.width;
  }
  return 1000;
}

module.exports = { advance };
