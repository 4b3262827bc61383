'use strict';

class Histogram {
  constructor(bounds) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
    this.sum = 0;
  }

  bucketOf(value) {
    let bucket = 0;
    while (bucket < this.bounds.length && value > this.bounds[bucket]) bucket++;
    return bucket;
  }

  observe(value) {
    this.sum += value;
    this.counts[this.bucketOf(value)]++;
  }

  snapshot() {
    let below = 0;
    return Array.from(this.counts, (count, i) => ({ le: this.bounds[i] ?? '+Inf', count: (below += count) }));
  }
}

module.exports = { Histogram };
