/** The tiles of a map that were asked for last. */
export class TileCache {
  constructor(capacity, draw) {
    this.capacity = capacity;
    this.draw = draw;
    this.order = [];
    this.tiles = new Map();
    this.hits = 0;
  }

  get(id) {
    const known = this.tiles.get(id);
    if (known === undefined) {
      const tile = this.draw(id);
      this.tiles.set(id, tile);
      if (this.order.push(id) > this.capacity) this.tiles.delete(this.order.shift());
      return tile;
    }
    this.hits++;
    const at = this.order.indexOf(id);
    this.order.splice(at, 1);
    this.order.push(id);
    return known;
  }
}
