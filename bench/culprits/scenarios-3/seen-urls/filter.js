import { hashOf } from './hash/fnv.js';

/** Remembers what was seen in few bits: sometimes says yes for what it never saw. */
export class SeenFilter {
  #bits;
  #hashes;

  constructor({ bits, wrongYes }) {
    this.#bits = new Uint8Array(bits / 8);
    this.#hashes = Math.ceil(Math.log2(1 / wrongYes));
  }

  /** Answers whether it was seen before, and remembers it. */
  see(text) {
    let before = true;
    for (let i = 0; i < this.#hashes; i++) {
      const bit = hashOf(text, i * 0x9e3779b1) % (this.#bits.length * 8);
      if ((this.#bits[bit >> 3] & (1 << (bit & 7))) === 0) before = false;
      this.#bits[bit >> 3] |= 1 << (bit & 7);
    }
    return before;
  }
}
