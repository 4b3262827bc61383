'use strict';

/** Documents of one priority are printed in the order of their paths, as the old spooler did. */
function goesBefore(a, b) {
  if (a.priority !== b.priority) return a.priority > b.priority;
  const length = Math.min(a.path.length, b.path.length);
  for (let i = 0; i < length; i++) {
    const difference = a.path.charCodeAt(i) - b.path.charCodeAt(i);
    if (difference !== 0) return difference < 0;
  }
  return a.path.length < b.path.length;
}

class PrintQueue {
  #heap = [];

  get size() {
    return this.#heap.length;
  }

  push(document) {
    const heap = this.#heap;
    let at = heap.push(document) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!goesBefore(heap[at], heap[parent])) break;
      [heap[at], heap[parent]] = [heap[parent], heap[at]];
      at = parent;
    }
  }

  pop() {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length > 0) {
      heap[0] = last;
      this.#sink(0);
    }
    return first;
  }

  #sink(from) {
    const heap = this.#heap;
    for (let at = from, child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && goesBefore(heap[child + 1], heap[child])) child++;
      if (!goesBefore(heap[child], heap[at])) break;
      [heap[at], heap[child]] = [heap[child], heap[at]];
      at = child;
    }
  }
}

module.exports = { PrintQueue };
