// Recipes are edited. FAULT: a publisher imported its cookbooks.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Cookbook } from './import.js';

const random = seededRandom(425);
const pick = (n) => Math.floor(random() * n);
const many = process.env.FAULT === '1' ? 210 : 12;
const recipe = (_, i) => ({
  title: `Soup ${i}`,
  steps: ['chop', 'boil', 'season'].map((verb) => `${verb} for ${pick(30)} minutes`),
  ingredients: Array.from({ length: 6 }, () => ({ name: `ingredient ${pick(500)}`, grams: pick(900) })),
});
const book = new Cookbook(Array.from({ length: many }, recipe));

function edit(body, response) {
  const changed = JSON.parse(body);
  const at = book.add(changed);
  response.end(JSON.stringify({ at, versions: book.undo.length, saved: changed.title }));
}

serveUnderLoad({ handler: edit, rate: 260, nextBody: () => JSON.stringify(recipe(0, pick(12))) });
