/** Look-up tables of a price list. */
export function indexBySku(prices) {
  return prices.reduce((index, price) => ({ ...index, [price.sku]: price }), {});
}

export function missing(index, skus) {
  const absent = [];
  for (const sku of skus) if (index[sku] === undefined) absent.push(sku);
  return absent;
}
