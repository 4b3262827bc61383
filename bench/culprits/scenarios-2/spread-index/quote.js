import { indexBySku, missing } from './indexes.js';

const round = (value) => Math.round(value * 100) / 100;

export function quote({ prices, wanted }) {
  const index = indexBySku(prices);
  const lines = [];
  for (const { sku, count } of wanted) {
    const price = index[sku];
    if (price === undefined) continue;
    const gross = price.net * count * (count > 10 ? 0.9 : 1);
    lines.push({
      sku,
      count,
      gross: round(gross),
      text: `${count} × ${price.name.trim()} (${price.unit.toLowerCase()})`,
    });
  }
  const absent = missing(
    index,
    wanted.map(({ sku }) => sku),
  );
  return { lines, absent, total: round(lines.reduce((sum, { gross }) => sum + gross, 0)) };
}
