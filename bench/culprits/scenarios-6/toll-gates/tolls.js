const CLASSES = ['bike', 'car', 'van', 'bus', 'lorry'];

export class Road {
  #gates;
  #open = new Map();

  constructor(gates) {
    this.#gates = gates;
  }

  #price(from, to, kind) {
    const [first, last] = from < to ? [from, to] : [to, from];
    let cents = 0;
    for (const { tolls } of this.#gates.slice(first, last)) cents += tolls[kind];
    return cents;
  }

  pass({ plate, gate, kind, at }) {
    const entered = this.#open.get(plate);
    if (entered === undefined) {
      this.#open.set(plate, { gate, at });
      return `${plate} entered at ${this.#gates[gate].name}`;
    }
    this.#open.delete(plate);
    const cents = this.#price(entered.gate, gate, CLASSES.indexOf(kind));
    return `${plate} left at ${this.#gates[gate].name} after ${at - entered.at} ms: ${(cents / 100).toFixed(2)}`;
  }
}

export { CLASSES };
