// A shop. FAULT: every part of it takes three times as long, as on a machine that was throttled or a build without optimisation.
import { serveUnderLoad } from '../../support/load.js';

const FACTOR = process.env.FAULT === '1' ? 3 : 1;
const basket = Array.from({ length: 40 }, (_, i) => ({ price: i, count: i % 3 }));

function search(words, rounds) {
  let found = 0;
  for (let i = 0; i < rounds; i++) if (`product ${i} ${words}`.includes('77')) found++;
  return found;
}

function price(basket, rounds) {
  let sum = 0;
  for (let i = 0; i < rounds; i++) for (const item of basket) sum = (sum + item.price * item.count + i) % 1e6;
  return sum;
}

function recommend(user, rounds) {
  const seen = [];
  for (let i = 0; i < rounds; i++) seen.push({ id: (i * user) % 977, score: Math.sqrt(i + user) });
  return seen.sort((a, b) => b.score - a.score || a.id - b.id)[0].id;
}

function render(lines, rounds) {
  let text = '';
  for (let i = 0; i < rounds; i++) text += `<li class="line">${lines}${i}</li>`;
  return text.length;
}

function answer(body, response) {
  const found = search(body, 9000 * FACTOR);
  const sum = price(basket, 2500 * FACTOR);
  const best = recommend(found + 3, 900 * FACTOR);
  response.end(String(render(sum + best, 9000 * FACTOR)));
}

serveUnderLoad({
  rate: 150,
  nextBody: () => 'green shoes',
  handler: answer,
});
