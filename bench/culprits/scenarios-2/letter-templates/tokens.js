/** `Dear {{name}}, {{#rows}}…{{/rows}}`: text, values and blocks. */
export function tokenize(source) {
  const tokens = [];
  let text = '';
  for (let i = 0; i < source.length; i++) {
    if (source[i] !== '{' || source[i + 1] !== '{') {
      text += source[i];
      continue;
    }
    const end = source.indexOf('}}', i);
    if (end < 0) throw new Error(`There is no end of {{ at ${i}.`);
    if (text !== '') tokens.push({ kind: 'text', text });
    text = '';
    const name = source.slice(i + 2, end).trim();
    const kind = { '#': 'open', '/': 'close' }[name[0]] ?? 'value';
    tokens.push({ kind, name: kind === 'value' ? name : name.slice(1) });
    i = end + 1;
  }
  if (text !== '') tokens.push({ kind: 'text', text });
  return tokens;
}
