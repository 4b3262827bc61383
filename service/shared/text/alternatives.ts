/**
 * The source of an expression that matches what one of `parts` does, for lists too long for one line. Flags of the
 * parts do not count.
 */
export function alternatives(...parts: readonly RegExp[]): string {
  return parts.map((part) => part.source).join('|');
}
