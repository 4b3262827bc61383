'use strict';

const { hasKey } = require('./key.js');

class Order {
  lines = [];

  constructor({ tenant, number, placed }) {
    this.tenant = tenant;
    this.number = number;
    this.placed = new Date(placed);
  }

  get cents() {
    return this.lines.reduce((sum, { cents, count }) => sum + cents * count, 0);
  }
}

class Hydrator {
  #made = [];

  #orderOf(row) {
    for (let i = 0; i < this.#made.length; i++) {
      if (hasKey(this.#made[i], row)) return this.#made[i];
    }
    const order = new Order(row);
    this.#made.push(order);
    return order;
  }

  hydrate(rows) {
    for (const row of rows) {
      this.#orderOf(row).lines.push({ sku: row.sku, cents: row.cents, count: row.count });
    }
    return this.#made;
  }
}

module.exports = { Hydrator };
