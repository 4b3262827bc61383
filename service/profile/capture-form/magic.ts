/** How a capture begins: apart from its reader, so that other formats need not load that. */
export const MAGIC = 'smokejumper-capture 3';
/** As before, without the other programs. */
export const MAGIC_OF_2 = 'smokejumper-capture 2';
/** Without the parts on visits and code as well. */
export const MAGIC_OF_1 = 'smokejumper-capture 1';

/** True for the first bytes of a capture. */
export function isCapture(head: string | Uint8Array): boolean {
  const text = typeof head === 'string' ? head : new TextDecoder().decode(head.subarray(0, MAGIC.length + 1));
  return [MAGIC, MAGIC_OF_2, MAGIC_OF_1].some((magic) => text.startsWith(`${magic}\n`));
}
