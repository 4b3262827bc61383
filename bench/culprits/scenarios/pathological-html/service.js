// Comments in HTML are cleaned before they are stored. FAULT: somebody posts deeply nested markup.
import sanitizeHtml from 'sanitize-html';
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const ordinary = '<p>Hello <b>world</b>, see <a href="https://example.com/x?y=1">this</a> and <i>that</i>.</p>'.repeat(12);
const nested = '<div><b><span>'.repeat(1500) + 'text' + '<p>'.repeat(300);
let n = 0;

function cleanComment(html) {
  return sanitizeHtml(html, { allowedTags: ['p', 'b', 'i', 'a', 'div', 'span'], allowedAttributes: { a: ['href'] } });
}

function wordCount(text) {
  return text.replace(/<[^>]*>/g, ' ').split(/\s+/).filter(Boolean).length;
}

function answer(body, response) {
  const clean = cleanComment(body);
  response.end(JSON.stringify({ words: wordCount(clean), length: clean.length }));
}

serveUnderLoad({
  rate: 90,
  nextBody: () => (fault && n++ % 2 === 0 ? nested : ordinary),
  handler: answer,
});
