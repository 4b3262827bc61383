// Lawyers compare drafts. FAULT: contracts arrive as a whole instead of one chapter at a time.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { diff } from './diff.js';
import { makeDraft, revise, toHtml, wordCounts } from './drafts.js';

const random = seededRandom(109);
const pick = (n) => (random() * n) | 0;
const lines = process.env.FAULT === '1' ? 92 : 26;
const pairs = Array.from({ length: 12 }, () => {
  const before = makeDraft(lines, pick);
  return JSON.stringify({ before, after: revise(before, pick) });
});

function answer(body, response) {
  const { before, after } = JSON.parse(body);
  const edits = diff(before, after);
  response.end(JSON.stringify({ html: toHtml(edits), words: wordCounts(after) }));
}

serveUnderLoad({ rate: 130, nextBody: () => pairs[pick(pairs.length)], handler: answer });
