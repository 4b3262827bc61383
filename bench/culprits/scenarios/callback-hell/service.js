// Matches orders with stock. FAULT: a lookup in a Map was replaced by a search in the list, inside callbacks.
import { seededRandom, serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const random = seededRandom(21);
const stock = Array.from({ length: 8000 }, (_, i) => ({ sku: `sku-${i}`, left: i % 17 }));
const bySku = new Map(stock.map((item) => [item.sku, item]));

function matchStock(lines) {
  return lines.map((line) => {
    const item = fault ? stock.find((one) => one.sku === line.sku) : bySku.get(line.sku);
    return { sku: line.sku, ok: item !== undefined && item.left >= line.count };
  });
}

function receipt(lines) {
  return lines.map((line) => `${line.sku.padEnd(20, '.')}${line.ok ? 'yes' : 'no'}`).join('\n');
}

const lines = () => Array.from({ length: 60 }, () => ({ sku: `sku-${(random() * 8000) | 0}`, count: 2 }));

function answer(body, response) {
  response.end(receipt(matchStock(JSON.parse(body))));
}

serveUnderLoad({
  rate: 250,
  nextBody: () => JSON.stringify(lines()),
  handler: answer,
});
