'use strict';

/** The latest prices of each paper, for charts that are opened later. */
class TickWindow {
  #papers;
  #next = 0;

  constructor(size) {
    this.#papers = new Array(size);
  }

  put({ paper, cents, at }) {
    this.#papers[this.#next] = { paper, at: { ms: at, zone: [1, 0] }, price: { cents, marks: [paper, { at }] } };
    this.#next = (this.#next + 6007) % this.#papers.length;
  }

  count() {
    return this.#papers.length;
  }
}

module.exports = { TickWindow };
