import { renderInline } from './inline.js';

export function renderComment(source) {
  return source
    .split(/\n{2,}/)
    .map((block) =>
      block.startsWith('> ')
        ? `<blockquote>${renderInline(block.slice(2))}</blockquote>`
        : `<p>${renderInline(block)}</p>`,
    )
    .join('');
}

export function mentions(source) {
  return [...new Set(source.match(/@[a-z]\w+/gi) ?? [])].sort();
}
