// Prices in the visitor's language. FAULT: a new formatter for each price.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const formatters = new Map();

function formatPrice(locale, price) {
  if (!Number.isFinite(price)) throw new Error(`${price} is no price.`);
  let formatter = formatters.get(locale);
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' });
    if (!fault) formatters.set(locale, formatter);
  }
  const text = formatter.format(price);
  return price < 0 ? `<del>${text}</del>` : text;
}

function priceList(locale) {
  const lines = [];
  for (let i = 0; i < 80; i++) lines.push(formatPrice(locale, i * 1.37));
  return lines;
}

function answer(body, response) {
  response.end(JSON.stringify(priceList(body)));
}

serveUnderLoad({
  rate: 100,
  nextBody: () => ['de-DE', 'en-GB', 'fr-FR'][(Math.random() * 3) | 0],
  handler: answer,
});
