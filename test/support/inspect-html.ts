import { Parser } from 'htmlparser2';

export interface Seen {
  /** Tag names in order. */
  readonly tags: string[];
  /** All attributes as `tag name=value`. */
  readonly attributes: string[];
  readonly text: string;
}

/** What an independent HTML parser sees. */
export function inspectHtml(html: string): Seen {
  const tags: string[] = [];
  const attributes: string[] = [];
  let text = '';
  const parser = new Parser({
    onopentag(name, found) {
      tags.push(name);
      for (const [key, value] of Object.entries(found)) attributes.push(`${name} ${key}=${value}`);
    },
    ontext(data) {
      text += data;
    },
  });
  parser.end(html);
  return { tags, attributes, text };
}

/** Attributes and elements through which hostile text could act, beyond those that the templates have. */
export function dangers(seen: Seen): string[] {
  return [
    ...seen.attributes.filter((text) => /^\S+ (?:on\w+|formaction|srcset|background|ping)=/i.test(text)),
    ...seen.attributes.filter((text) => /^\S+ (?:href|src|data|action)=\s*(?:javascript|vbscript|data):/i.test(text)),
  ];
}
