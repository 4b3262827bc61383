'use strict';

/** Writes text in cells of six dots. */
class Braille {
  #table;

  constructor(table) {
    this.#table = table;
  }

  #dotsOf(sign) {
    for (const entry of this.#table) if (entry.sign === sign) return entry.dots;
    return 0x3f;
  }

  write(text) {
    let cells = '';
    for (const sign of text) {
      const small = sign.toLowerCase();
      if (small !== sign) cells += '\u2820';
      cells += String.fromCharCode(0x2800 + this.#dotsOf(small));
    }
    return cells;
  }
}

module.exports = { Braille };
