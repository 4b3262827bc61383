const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text) => text.replace(/[&<>"]/g, (char) => ENTITIES[char]);

function excerpt(text, words) {
  const parts = text.split(' ');
  return parts.length <= words ? text : `${parts.slice(0, words).join(' ')}…`;
}

function article({ id, author, stars, text }) {
  const head = `<h3>${escape(author)}</h3><p>${'★'.repeat(stars)}</p>`;
  return `<article id="r${id}">${head}${escape(excerpt(text, 30))}</article>`;
}

export function renderPage(product, reviews, bars) {
  const body = reviews.map(article).join('\n');
  return `<h1>${escape(product)}</h1><pre>${bars.map(escape).join('\n')}</pre>${body}`;
}
