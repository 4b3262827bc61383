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

/** HTML that is safe to print as it is. */
export function noteHtml(text: string): string {
  return markdown.render(text);
}
