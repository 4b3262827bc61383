/** Where goods lie. Each shelf is asked on its own, as if it were far away. */
export class Stock {
  #shelves = new Map();

  constructor(shelves) {
    for (let i = 0; i < shelves; i++) this.#shelves.set(i, 1e9);
  }

  async #left(shelf) {
    return this.#shelves.get(shelf) ?? 0;
  }

  async reserve(context) {
    let open = context.order.pieces;
    for (let shelf = 0; shelf < this.#shelves.size && open > 0; shelf++) {
      const left = await this.#left(shelf);
      const taken = Math.min(left, Math.ceil(context.order.pieces / this.#shelves.size), open);
      this.#shelves.set(shelf, left - taken);
      open -= taken;
    }
    if (open > 0) throw new Error('There is not enough.');
  }
}
