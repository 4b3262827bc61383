import { Parser } from 'htmlparser2';

const OPEN = 0;
const CLOSE = 1;
const TEXT = 2;
const BLOCKS = new Set(['p', 'div', 'table', 'tr', 'ul', 'ol', 'li', 'h1', 'h2', 'h3', 'blockquote', 'br', 'hr']);
const INVISIBLE = new Set(['script', 'style', 'head', 'title', 'template']);

/** The tags and texts of the document, in order; what it forgets to close is closed at its end. */
function tokenize(html) {
  const tokens = [];
  const parser = new Parser({
    onopentag(name, attributes) {
      tokens.push({ kind: OPEN, name, attributes, text: '' });
    },
    ontext(text) {
      tokens.push({ kind: TEXT, name: '', attributes: null, text });
    },
    onclosetag(name) {
      tokens.push({ kind: CLOSE, name, attributes: null, text: '' });
    },
  });
  parser.end(html);
  return tokens;
}

function describe(token) {
  const style = token.attributes.style ?? '';
  return {
    name: token.name,
    hidden: INVISIBLE.has(token.name) || style.includes('display:none'),
    quote: token.name === 'blockquote',
    colour: token.attributes.color ?? null,
    background: token.attributes.bgcolor ?? null,
  };
}

/**
 * What a person reads of an HTML document: its visible text in lines, quoted parts marked with `>`.
 *
 * The flaw that sets the fleet on fire: whether a text is seen depends on all elements around it, and each text walks
 * the whole list of them. That costs nothing in a document a dozen levels deep; thousands of tags that are
 * never closed make it quadratic.
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the demo's culprit, in one piece as such code is found
export function parseHTML(html) {
  const open = [];
  const lines = [];
  let line = '';
  for (const token of tokenize(html)) {
    if (token.kind !== TEXT && BLOCKS.has(token.name) && line !== '') {
      lines.push(line);
      line = '';
    }
    if (token.kind === OPEN) open.push(describe(token));
    else if (token.kind === CLOSE) open.pop();
    else {
      let hidden = false;
      let quotes = 0;
      let colour = 'black';
      let background = 'white';
      for (let i = 0; i < open.length; i++) {
        const element = open[i];
        if (element.hidden) hidden = true;
        if (element.quote) quotes += 1;
        if (element.colour !== null) colour = element.colour;
        if (element.background !== null) background = element.background;
      }
      const text = token.text.trim();
      if (hidden || colour === background || text === '') continue;
      line = line === '' ? `${'> '.repeat(Math.min(quotes, 8))}${text}` : `${line} ${text}`;
    }
  }
  if (line !== '') lines.push(line);
  return lines.join('\n');
}
