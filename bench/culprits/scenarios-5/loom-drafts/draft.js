'use strict';

/** What a weaver needs to know to set up a loom. */
class Draft {
  #threading;
  #tieUp;
  #treadling;

  constructor(threading, tieUp, treadling) {
    this.#threading = threading;
    this.#tieUp = tieUp;
    this.#treadling = treadling;
  }

  /** Whether the warp lies on top where an end crosses a pick. */
  #isUp(end, pick) {
    const shaft = this.#threading[end % this.#threading.length];
    const treadle = this.#treadling[pick % this.#treadling.length];
    return this.#tieUp[treadle].includes(shaft);
  }

  /** Over how many picks in a row the warp lies on top, at most. */
  longestFloat(ends, picks) {
    let longest = 0;
    for (let end = 0; end < ends; end++) {
      let run = 0;
      for (let pick = 0; pick < picks; pick++) {
        run = this.#isUp(end, pick) ? run + 1 : 0;
        if (run > longest) longest = run;
      }
    }
    return longest;
  }

  describe() {
    const shafts = Math.max(...this.#threading) + 1;
    return `${shafts} shafts, ${this.#tieUp.length} treadles, repeat of ${this.#threading.length} ends`;
  }
}

module.exports = { Draft };
