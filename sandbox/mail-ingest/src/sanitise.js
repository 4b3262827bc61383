import sanitizeHtml from 'sanitize-html';

const RULES = {
  allowedTags: sanitizeHtml.defaults.allowedTags.concat(['img', 'font']),
  allowedAttributes: { a: ['href', 'title'], img: ['src', 'alt', 'width', 'height'], td: ['colspan'], font: ['color'] },
  allowedSchemes: ['http', 'https', 'mailto', 'cid'],
};

/** HTML that may be shown in our own page: no scripts, no handlers, no foreign styles. */
export function sanitise(html) {
  return sanitizeHtml(html, RULES);
}
