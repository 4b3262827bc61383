'use strict';

class Hole {
  constructor(x, y, width, height) {
    Object.assign(this, { x, y, width, height });
  }

  /** What is left over when a box is put in; less than 0: it does not fit. */
  restWith(box) {
    const right = this.width - box.width;
    const above = this.height - box.height;
    return right < 0 || above < 0 ? -1 : Math.min(right, above);
  }

  cut(box) {
    return [
      new Hole(this.x + box.width, this.y, this.width - box.width, box.height),
      new Hole(this.x, this.y + box.height, this.width, this.height - box.height),
    ].filter(({ width, height }) => width > 0 && height > 0);
  }
}

module.exports = { Hole };
