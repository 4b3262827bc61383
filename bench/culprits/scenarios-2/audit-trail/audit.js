/** Who did what, and from which place in the code. */
const MAX_ENTRIES = 2000;

export class AuditTrail {
  #entries = [];

  constructor({ withPlace }) {
    this.withPlace = withPlace;
  }

  #place() {
    const { stack } = new Error('audit');
    const frames = stack.split('\n').slice(3);
    return frames.find((frame) => !frame.includes('node:internal'))?.trim() ?? 'unknown';
  }

  record(actor, action) {
    const entry = { actor, action, place: this.withPlace ? this.#place() : null };
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.splice(0, MAX_ENTRIES / 2);
    return entry;
  }

  get last() {
    return this.#entries.at(-1);
  }
}
