/** Frames of a binary protocol: four bytes of length, then the payload. Chunks end anywhere. */
export class FrameDecoder {
  #rest = Buffer.alloc(0);

  push(chunk, onFrame) {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 4) {
      const length = this.#rest.readUInt32BE(0);
      if (this.#rest.length < 4 + length) return;
      onFrame(this.#rest.subarray(4, 4 + length));
      this.#rest = this.#rest.subarray(4 + length);
    }
  }
}

export function frame(payload) {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(payload.length);
  return Buffer.concat([head, payload]);
}
