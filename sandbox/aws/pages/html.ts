import type { HttpReply } from '../http-message.ts';

/** Text that is safe to put into a page: `html` escapes whatever is not already one. */
export class SafeHtml {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Piece = SafeHtml | string | number | readonly SafeHtml[];

/** Template tag: every value is escaped. */
export function html(literals: TemplateStringsArray, ...values: readonly Piece[]): SafeHtml {
  return new SafeHtml(literals.map((literal, index) => literal + written(values[index] ?? '')).join(''));
}

function written(value: Piece): string {
  if (value instanceof SafeHtml) return value.text;
  if (typeof value === 'object') return value.map((each) => each.text).join('\n');
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = new SafeHtml(`
:root { color-scheme: light dark; --line: color-mix(in srgb, currentcolor 18%, transparent); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1.25rem; }
h1 { font-size: 1.35rem; margin: .2rem 0 1rem; overflow-wrap: anywhere }
h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem }
nav { font-size: .9rem } .wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td {
  text-align: left; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: break-word
}
th { font-weight: 600; white-space: nowrap } .quiet { opacity: .7 }
iframe {
  width: 100%; height: 75vh; border: 1px solid var(--line); border-radius: 6px; background: #fff;
  resize: vertical
}
pre {
  white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: 6px;
  padding: .8rem; margin: 0
}
form { display: inline } button { font: inherit; padding: .4rem .8rem; cursor: pointer }
`);

export interface PageOptions {
  readonly refreshSeconds?: number;
  /** The page has forms, which its own origin takes; none by default. */
  readonly forms?: boolean;
}

/** A page that may load nothing but frames from its own origin. */
export function htmlPage(
  title: string,
  body: SafeHtml,
  { refreshSeconds, forms = false }: PageOptions = {},
): HttpReply {
  const refresh = refreshSeconds === undefined ? html`` : html`<meta http-equiv="refresh" content="${refreshSeconds}">`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">${refresh}
<title>${title}</title><style>${STYLE}</style></head>
<body><nav><a href="/">sandbox</a> · <a href="/mailbox">mailbox</a></nav>
<h1>${title}</h1>
${body}
</body></html>
`;
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; " +
        `form-action ${forms ? "'self'" : "'none'"}; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body: page.text,
  };
}

/** A table; `empty` is said when there are no rows. */
export function table(heads: readonly string[], rows: readonly (readonly Piece[])[], empty: string): SafeHtml {
  if (rows.length === 0) return html`<p class="quiet">${empty}</p>`;
  const head = heads.map((text) => html`<th>${text}</th>`);
  const body = rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`);
  return html`<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}
