import { createHash } from 'node:crypto';

/**
 * What a browser may do with a file of an incident. Files hold names that attackers chose: trust their type, nothing
 * else.
 */
export interface FilePolicy {
  readonly contentType: string;
  readonly disposition: 'inline' | 'attachment';
  readonly contentSecurityPolicy: string;
}

const CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** Types that browsers show; all others are downloads. */
const SHOWN: readonly (readonly [type: string, policy: (text: () => string) => string])[] = [
  ['image/svg+xml', (text) => `${CLOSED}; style-src 'unsafe-inline'; img-src data:; script-src ${svgScript(text())}`],
  // The report's graphs run in frames whose scripts cannot be told apart by hash: an opaque origin without a network
  // instead.
  [
    'text/html',
    () => `sandbox allow-scripts; ${CLOSED}; style-src 'unsafe-inline'; img-src data:; script-src 'unsafe-inline'`,
  ],
  ['image/png', () => CLOSED],
  ['application/json', () => `sandbox; ${CLOSED}`],
  ['text/plain', () => `sandbox; ${CLOSED}`],
];

export function filePolicy(contentType: string, text: () => string): FilePolicy {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  const shown = SHOWN.find(([known]) => known === type);
  if (shown) return { contentType, disposition: 'inline', contentSecurityPolicy: shown[1](text) };
  return { contentType, disposition: 'attachment', contentSecurityPolicy: `sandbox; ${CLOSED}` };
}

/** Data and the viewer; counted before they are looked for, which takes the square of their number. */
const MOST_SCRIPTS = 4;
const SCRIPT = /<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi;

/**
 * The source expression for the script of a flame graph file. A file has exactly one script that runs; with any other
 * number something was smuggled in, and nothing may run: the picture stays.
 */
function svgScript(svg: string): string {
  const opened = svg.match(/<script\b/gi)?.length ?? 0;
  const closed = svg.match(/<\/script\b/gi)?.length ?? 0;
  if (opened !== closed || opened > MOST_SCRIPTS) return "'none'";
  const scripts = [...svg.matchAll(SCRIPT)].filter(
    ([, attributes]) => !/\btype\s*=\s*["']application\/json/i.test(attributes ?? ''),
  );
  const only = scripts[0];
  if (scripts.length !== 1 || only === undefined || /\b(?:src|href)\s*=/i.test(only[1] ?? '')) return "'none'";
  return `'sha256-${createHash('sha256')
    .update(scriptText(only[2] ?? ''))
    .digest('base64')}'`;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The text that an XML parser hands to the script engine. */
function scriptText(source: string): string {
  return source
    .split(/(<!\[CDATA\[[\s\S]*?\]\]>)/)
    .map((part) =>
      part.startsWith('<![CDATA[')
        ? part.slice(9, -3)
        : part.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? ''),
    )
    .join('')
    .replace(/\r\n?/g, '\n');
}
