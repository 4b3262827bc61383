import { LineItem } from './line-item.js';

export function readCart(text) {
  const { customer, items } = JSON.parse(text);
  return { customer, items: items.map((row) => new LineItem(row)) };
}

/** What a rule takes off: a part of what lies within its limits. */
function discount(items, rule) {
  let base = 0;
  for (const item of items) {
    if (item.cents < rule.from || item.cents > rule.to) continue;
    base += item.cents;
  }
  return Math.floor((base * rule.percent) / 100);
}

export function bestDiscount(items, rules) {
  let best = { code: 'none', cents: 0 };
  for (const rule of rules) {
    const cents = discount(items, rule);
    if (cents > best.cents) best = { code: rule.code, cents };
  }
  return best;
}

export function summary({ customer, items }, best) {
  const lines = items.map((item) => ({
    sku: item.sku,
    label: `${item.count} × ${item.sku}`,
    sale: item.hasTag('sale'),
  }));
  const bySku = Object.groupBy(lines, ({ sku }) => sku.slice(0, 2));
  return JSON.stringify({ customer, best, groups: Object.keys(bySku).sort(), lines });
}
