import { createHash } from 'node:crypto';

const money = (cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;

export function validate(invoice) {
  if (!Array.isArray(invoice.lines) || invoice.lines.length === 0) throw new Error('An invoice needs lines.');
  for (const { sku, cents, count } of invoice.lines) {
    if (!/^[A-Z]{2}-\d{4,8}$/.test(sku)) throw new Error(`There is no article ${sku}.`);
    if (!Number.isInteger(cents) || cents < 0 || count < 1) throw new Error(`${sku} has no price.`);
  }
  return invoice;
}

export function render(invoice) {
  const rows = invoice.lines.map(
    ({ sku, count, net, tax }) =>
      `<tr><td>${sku}</td><td>${count}</td><td>${money(net)}</td><td>${money(tax)}</td></tr>`,
  );
  return `<h1>Invoice ${invoice.number}</h1><table>${rows.join('')}</table><p>${money(invoice.total)}</p>`;
}

/** The tax office wants each invoice chained to its predecessor. */
export function seal(previous, html) {
  return createHash('sha256').update(previous).update(html).digest('hex');
}
