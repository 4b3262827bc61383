const [QUOTE, COMMA, RETURN, NEWLINE] = [34, 44, 13, 10];

/** RFC 4180: a cell with one of these is put in quotes. */
export function needsQuotes(text) {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE || code === COMMA || code === RETURN || code === NEWLINE) return true;
  }
  return false;
}
