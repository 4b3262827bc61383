import { coldness } from './coldness.js';

export class WeightedCache {
  #entries = [];
  #places = new Map();
  #clock = 0;
  hits = 0;
  misses = 0;

  constructor(capacity) {
    this.capacity = capacity;
  }

  get(key) {
    const place = this.#places.get(key);
    if (place === undefined) {
      this.misses++;
      return undefined;
    }
    const entry = this.#entries[place];
    entry.usedAt = ++this.#clock;
    entry.uses++;
    this.hits++;
    return entry.value;
  }

  set(key, value) {
    const entry = { key, value, bytes: value.length, bornAt: ++this.#clock, usedAt: this.#clock, uses: 0 };
    const place = this.#entries.length < this.capacity ? this.#entries.length : this.#evict();
    this.#entries[place] = entry;
    this.#places.set(key, place);
  }

  #evict() {
    let coldest = 0;
    let most = -1;
    for (let i = 0; i < this.#entries.length; i++) {
      const cold = coldness(this.#entries[i], this.#clock);
      if (cold > most) [coldest, most] = [i, cold];
    }
    this.#places.delete(this.#entries[coldest].key);
    return coldest;
  }
}
