/**
 * `prefix-` and 12 characters of Crockford's base 32 in lower case: 60 random bits, safe in file names, URLs and shell
 * words.
 */
export function randomId(prefix: string): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `${prefix}-${Array.from(bytes, (byte) => alphabet[byte % 32]).join('')}`;
}
