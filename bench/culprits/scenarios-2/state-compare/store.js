import { isEqual } from './equal.js';

export class Store {
  #state;
  #selected = new Map();
  changes = 0;

  constructor(state) {
    this.#state = state;
  }

  update(change) {
    this.#state = { ...this.#state, ...change };
  }

  /** What a view selects, and whether it is to be drawn again. */
  select(view, selector) {
    const now = selector(this.#state);
    const before = this.#selected.get(view);
    const changed = !isEqual(before, now);
    if (changed) {
      this.changes++;
      this.#selected.set(view, now);
    }
    return { changed, value: this.#selected.get(view) };
  }
}
