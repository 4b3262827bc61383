/** Inline marks of a comment: `*strong*`, `_soft_`, `~gone~`. */
const TAGS = { '*': 'b', _: 'i', '~': 's' };

export function renderInline(text) {
  let html = '';
  let rest = text;
  while (rest !== '') {
    const tag = TAGS[rest[0]];
    const end = tag === undefined ? -1 : rest.indexOf(rest[0], 1);
    if (end > 1) {
      html += `<${tag}>${rest.slice(1, end)}</${tag}>`;
      rest = rest.slice(end + 1);
    } else {
      html += rest[0] === '<' ? '&lt;' : rest[0];
      rest = rest.slice(1);
    }
  }
  return html;
}
