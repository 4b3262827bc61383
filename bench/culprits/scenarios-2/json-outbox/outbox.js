/** Events that wait for delivery, by recipient. Each mailbox is kept as text, as in the key-value store behind it. */
export class Outbox {
  #boxes = new Map();

  constructor(keep) {
    this.keep = keep;
  }

  append(recipient, event) {
    const events = JSON.parse(this.#boxes.get(recipient) ?? '[]');
    events.push(event);
    if (events.length > this.keep) events.splice(0, events.length - this.keep);
    this.#boxes.set(recipient, JSON.stringify(events));
    return events.length;
  }

  get size() {
    return this.#boxes.size;
  }
}
