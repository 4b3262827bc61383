const ZERO = 48;

/** A line of a cart as the shop's database returns it: prices are decimal text. */
export class LineItem {
  constructor({ sku, price, count, tags }) {
    this.sku = sku;
    this.price = price;
    this.count = count;
    this.tags = tags;
  }

  get cents() {
    let value = 0;
    for (let i = 0; i < this.price.length; i++) {
      const digit = this.price.charCodeAt(i) - ZERO;
      if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    }
    return value * this.count;
  }

  hasTag(tag) {
    return this.tags.includes(tag);
  }
}
