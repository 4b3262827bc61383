import { compile } from './schema.js';

const text = { kind: 'text' };
const address = { kind: 'object', fields: { street: text, town: text, code: { kind: 'text', max: 8 } } };
const guest = { kind: 'object', fields: { name: text, mail: { kind: 'email' }, age: { kind: 'count' }, address } };
const booking = { kind: 'object', fields: { hotel: text, guests: { kind: 'list', of: guest }, billing: address } };

/** Hotels may ask questions of their own. */
export function formOf(questions) {
  const extra = Object.fromEntries(
    Array.from({ length: questions }, (_, i) => [`answer${i}`, { kind: 'text', max: 400, optional: true }]),
  );
  return { ...booking, fields: { ...booking.fields, extra: { kind: 'object', fields: extra } } };
}

export class Forms {
  #compiled = new Map();

  constructor(cached) {
    this.cached = cached;
  }

  checkerFor(hotel, form) {
    if (!this.cached) return compile(form);
    if (!this.#compiled.has(hotel)) this.#compiled.set(hotel, compile(form));
    return this.#compiled.get(hotel);
  }
}
