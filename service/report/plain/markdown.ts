/**
 * Text in Markdown that stays text, as chats and issue trackers read it: names come from anyone, and a name may look
 * like a link, a picture, HTML, or the call of a colleague.
 */

/** What begins or ends something in Markdown, wherever it stands in a line. */
const ACTIVE = /[\\`*_[\]<>|~&]/g;
/** Words that are made into links or calls although nothing in them is active. */
const MADE_INTO_LINKS = /(?<!\w)[@#]\S+|(?<!\S)\S*(?::\/\/|www\.|mailto:|xmpp:)\S*/g;

/** A sentence. What would become a link by itself is printed as code. */
export function markdownText(text: string): string {
  const parts: string[] = [];
  let at = 0;
  for (const match of text.matchAll(MADE_INTO_LINKS)) {
    parts.push(escaped(text.slice(at, match.index)), markdownCode(match[0]));
    at = match.index + match[0].length;
  }
  const line = [...parts, escaped(text.slice(at))].join('');
  // There also headings, lists and quotes begin.
  return line.replace(/^([-+#=>])/, '\\$1').replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

function escaped(text: string): string {
  return text.replace(ACTIVE, '\\$&');
}

/** A name: nothing is active in code but its own end, so the fence is longer than any run of backticks in it. */
export function markdownCode(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = /^[ `]|[ `]$/.test(text) || text === '' ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** `url` is one that we made or checked. In the place of a link, brackets and blanks would end it. */
export function markdownLink(label: string, url: string | null): string {
  if (url === null) return label;
  const target = url.replace(/[\s()<>\\]/g, (character) => encodeURIComponent(character).replace(/[()]/g, byCode));
  return `[${label}](${target})`;
}

function byCode(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}
