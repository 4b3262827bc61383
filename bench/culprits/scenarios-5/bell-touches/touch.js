/** A piece of change ringing: every order of the bells may be rung only once. */
export class Touch {
  #bells;
  #rung = [];

  constructor(bells) {
    this.#bells = bells;
  }

  #wasRung(row) {
    for (const before of this.#rung) {
      if (before === row) return true;
    }
    return false;
  }

  /** Rows that make the touch false. */
  prove(rows) {
    const repeated = [];
    for (const row of rows) {
      if (row.length !== this.#bells) throw new RangeError(`${row} is not a row of ${this.#bells} bells`);
      if (this.#wasRung(row)) repeated.push(row);
      this.#rung.push(row);
    }
    return repeated;
  }

  get length() {
    return this.#rung.length;
  }
}
