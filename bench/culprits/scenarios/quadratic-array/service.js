// Merges tag lists of uploads. FAULT: lists became long, and the merge is quadratic.
import { seededRandom, serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const random = seededRandom(5);

function mergeTags(lists) {
  const merged = [];
  for (const list of lists) {
    for (const tag of list) {
      if (!merged.includes(tag)) merged.push(tag);
    }
  }
  return merged;
}

function describe(tags) {
  return tags.map((tag) => tag.split('-').map((part) => part[0].toUpperCase() + part.slice(1)).join(' ')).join(', ');
}

const tagsOf = (n) => Array.from({ length: n }, () => `tag-${(random() * 1e6) | 0}-x`);

function answer(body, response) {
  const tags = mergeTags(JSON.parse(body).lists);
  response.end(describe(tags.slice(0, 60)));
}

serveUnderLoad({
  rate: 150,
  nextBody: () => JSON.stringify({ lists: fault ? [tagsOf(500), tagsOf(500)] : [tagsOf(100), tagsOf(100)] }),
  handler: answer,
});
