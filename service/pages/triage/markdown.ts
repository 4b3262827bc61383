import MarkdownIt from 'markdown-it';

/**
 * Notes are typed by anybody: no HTML, no pictures (they would tell another site who reads), links to web pages only.
 * What is not allowed is shown as it was typed.
 */
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting: 20 });
markdown.disable(['image', 'table', 'reference']);
// Without a scheme `main.ts` would be a site in Montserrat's neighbourhood.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
markdown.validateLink = (url) => /^https?:\/\/[^/]/i.test(url);

/** The page has headings of its own: one in a note is a line in bold. */
markdown.renderer.rules.heading_open = () => '<p><strong>';
markdown.renderer.rules.heading_close = () => '</strong></p>\n';
markdown.renderer.rules.hr = () => '<hr>\n';
markdown.renderer.rules.link_open = (tokens, at, options, _env, self) => {
  tokens[at]?.attrSet('rel', 'noopener nofollow');
  return self.renderToken(tokens, at, options);
};

/** What opens or closes something. */
const SIGNS = /[[\]*_`~<!]/g;
/**
 * Pairs are looked for in quadratic time: 3,000 such signs took 24 ms, and a page has a hundred notes. No note that
 * somebody wrote has more than this; one that has is shown as it was typed.
 */
const MOST_SIGNS = 400;

/** HTML that is safe to print as it is. */
export function noteHtml(text: string): string {
  if ((text.match(SIGNS)?.length ?? 0) > MOST_SIGNS) {
    return `<p>${markdown.utils.escapeHtml(text).replaceAll('\n', '<br>\n')}</p>\n`;
  }
  return markdown.render(text);
}
