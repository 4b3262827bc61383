/** What ids and file names look like; everything else is unknown without asking. */
const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

export function isId(text: string): boolean {
  return ID.test(text);
}
