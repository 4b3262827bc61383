import type { IncomingHttpHeaders } from 'node:http';

/**
 * Why a request to change something may come from a page of somebody else; null where it does not. Browsers say so in
 * `Sec-Fetch-Site`, which no page can set; over plain HTTP they leave it out, and send `Origin` with every POST.
 * Whatever has neither is no browser of this decade, and JSON is what no page can post to another site unasked. See
 * docs/decisions/0011.
 */
export function whyForeign(
  headers: IncomingHttpHeaders,
  own: { readonly origin: string | null; readonly sends: 'form' | 'json' },
): string | null {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) {
    return site === 'same-origin' ? null : 'The request comes from a page of another site; nothing was changed.';
  }
  if (headers.origin === undefined) {
    return own.sends === 'json' ? null : 'The browser does not say from which page the form was sent.';
  }
  if (headers.origin === own.origin || isServedUnder(headers.origin, headers.host)) return null;
  return 'The form was sent from a page of another address. If that one is ours, set PUBLIC_URL to it.';
}

/** The name in `Host` is one of ours: others were answered 421 before. */
function isServedUnder(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: from } = new URL(origin);
  const served = `${protocol}//${host}`;
  return URL.canParse(served) && new URL(served).host === from;
}
