// Sums baskets. FAULT: items come in hundreds of shapes, and property access leaves V8's fast path.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const items = Array.from({ length: 4000 }, (_, i) => {
  const item = {};
  if (fault) for (let k = 0; k < 1 + (i % 240); k++) item[`attr${(i * 7 + k) % 997}`] = k;
  item.price = i % 13;
  item.count = i % 5;
  item.tax = 0.2;
  return item;
});

function sumBasket(basket) {
  let sum = 0;
  for (const item of basket) sum += item.price * item.count * (1 + item.tax);
  return sum;
}

function hashSession(id) {
  let hash = 5381;
  for (let round = 0; round < 3000; round++) for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 33) ^ id.charCodeAt(i)) | 0;
  return hash;
}

function answer(body, response) {
  let sum = 0;
  for (let i = 0; i < 15; i++) sum += sumBasket(items);
  response.end(`${hashSession(body)} ${sum}`);
}

serveUnderLoad({
  rate: 100,
  nextBody: () => `session-${(Math.random() * 1e6) | 0}`,
  handler: answer,
});
