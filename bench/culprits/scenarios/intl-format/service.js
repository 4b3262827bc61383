// Prices in the visitor's language. FAULT: a new formatter for each price.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const formatters = new Map();

function formatterFor(locale) {
  if (fault) return new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' });
  let formatter = formatters.get(locale);
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' });
    formatters.set(locale, formatter);
  }
  return formatter;
}

function formatPrice(locale, price) {
  return formatterFor(locale).format(price);
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
  rate: 60,
  nextBody: () => ['de-DE', 'en-GB', 'fr-FR'][(Math.random() * 3) | 0],
  handler: answer,
});
