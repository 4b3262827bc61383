/** Marks the words of a query in a text. */
export function highlight(text, query) {
  let marked = text;
  for (const word of query) marked = marked.replace(new RegExp(`\\b(${word})\\b`, 'gi'), '<mark>$1</mark>');
  return marked;
}

export function snippet(text, query) {
  const at = Math.max(0, text.indexOf(query[0] ?? '') - 40);
  return text.slice(at, at + 900);
}
