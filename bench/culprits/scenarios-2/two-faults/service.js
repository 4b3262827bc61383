// A search engine for letters. FAULT: the list of stopwords covers many languages, and queries come with all synonyms.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { highlight, snippet } from './highlight.js';
import { frequencies, setStopwords } from './stopwords.js';

const fault = process.env.FAULT === '1';
const random = seededRandom(128);
const pick = (n) => (random() * n) | 0;
const vocabulary = Array.from({ length: 900 }, (_, i) => `word${i.toString(36)}`);
setStopwords(
  Array.from({ length: fault ? 820 : 20 }, (_, i) => `stop${i.toString(36)}`).map((word) => word.split('').join('')),
);
const letters = Array.from({ length: 60 }, () => Array.from({ length: 420 }, () => vocabulary[pick(900)]).join(' '));

function answer(body, response) {
  const { letter, query } = JSON.parse(body);
  const text = letters[letter];
  const counts = frequencies(text.toLowerCase().split(/\s+/));
  const top = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 10);
  response.end(JSON.stringify({ top, snippet: highlight(snippet(text, query), query) }));
}

serveUnderLoad({
  rate: 220,
  nextBody: () =>
    JSON.stringify({ letter: pick(60), query: Array.from({ length: fault ? 24 : 2 }, () => vocabulary[pick(900)]) }),
  handler: answer,
});
