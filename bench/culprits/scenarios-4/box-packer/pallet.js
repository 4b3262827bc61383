'use strict';

const { Hole } = require('./hole.js');

class Pallet {
  constructor(width, height) {
    this.holes = [new Hole(0, 0, width, height)];
  }

  bestFor(box) {
    let best = -1;
    let least = Infinity;
    for (let i = 0; i < this.holes.length; i++) {
      const rest = this.holes[i].restWith(box);
      if (rest >= 0 && rest < least) [best, least] = [i, rest];
    }
    return best;
  }

  put(box) {
    const at = this.bestFor(box);
    if (at < 0) return null;
    const [hole] = this.holes.splice(at, 1);
    this.holes.push(...hole.cut(box));
    return { order: box.order, x: hole.x, y: hole.y };
  }
}

module.exports = { Pallet };
