import type { Output, Value } from '../operation.ts';

/**
 * Text or attribute value. Characters that XML 1.0 cannot hold become U+FFFD, as one bad name must not break a whole
 * answer.
 */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"'\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The members of a structure; `listTag` is `member` in the query protocol and `item` in EC2's. */
export function xmlMembers(output: Output, listTag: string): string {
  return Object.entries(output)
    .map(([name, value]) => xmlElement(name, value, listTag))
    .join('');
}

function xmlElement(name: string, value: Value, listTag: string): string {
  if (value === undefined || value === null) return '';
  return `<${name}>${content(value, listTag)}</${name}>`;
}

function content(value: Exclude<Value, undefined | null>, listTag: string): string {
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (isList(value)) return value.map((item) => xmlElement(listTag, item, listTag)).join('');
  if (value instanceof Map) {
    return [...(value as ReadonlyMap<string, Value>)]
      .map(([key, held]) => `<entry><key>${escapeXml(key)}</key>${xmlElement('value', held, listTag)}</entry>`)
      .join('');
  }
  return xmlMembers(value as Output, listTag);
}

/** `Array.isArray` does not narrow readonly arrays. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
