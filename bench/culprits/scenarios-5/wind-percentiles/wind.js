'use strict';

const COMPASS = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'];

/** The last samples of a mast. */
class Mast {
  constructor(name, size) {
    this.name = name;
    this.speeds = new Float64Array(size);
    this.next = 0;
    this.direction = 0;
  }

  add(speed, direction) {
    this.speeds[this.next] = speed;
    this.next = (this.next + 1) % this.speeds.length;
    this.direction = direction;
  }

  summary() {
    const sorted = this.speeds.slice().sort();
    const at = (part) => sorted[Math.floor(part * (sorted.length - 1))];
    const [calm, median, gust] = [at(0.1), at(0.5), at(0.99)];
    return {
      mast: this.name,
      from: COMPASS[Math.round(this.direction / 45) % 8],
      calm: calm.toFixed(1),
      median: median.toFixed(1),
      gust: gust.toFixed(1),
      warning: gust > 1.6 * median + 4 ? 'gusty' : null,
    };
  }
}

module.exports = { Mast };
