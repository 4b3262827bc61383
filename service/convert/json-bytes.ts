/** JSON from outside: what would fill the memory once it is parsed is refused before. */
import { AppError } from '../shared/errors.ts';

/** Call trees nest two levels a call; a stack of V8 has some 10,000 calls at most. */
const DEEPEST = 100_000;
/** A profile of 500 MB has some 6 million. Each takes up to 60 bytes of memory for two of text. */
const MOST_CONTAINERS = 10_000_000;
/** Numbers of samples take 4 bytes of text and 8 of memory or more. */
const MOST_VALUES = 60_000_000;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** The byte behind the text that begins at `at`. */
function behindText(bytes: Uint8Array, at: number): number {
  let end = bytes.indexOf(QUOTE, at);
  for (; end > 0; end = bytes.indexOf(QUOTE, end + 1)) {
    let escapes = 0;
    while (bytes[end - 1 - escapes] === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end + 1;
  }
  return bytes.length;
}

/** What of it is too much; undefined when it may be parsed. */
function excessOf(bytes: Uint8Array): string | undefined {
  let [depth, deepest, containers, commas] = [0, 0, 0, 0];
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at++];
    if (byte === QUOTE) at = behindText(bytes, at);
    else if (byte === COMMA) commas++;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      containers++;
      if (++depth > deepest) deepest = depth;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
  }
  if (deepest > DEEPEST) return `is nested more than ${DEEPEST} deep`;
  if (containers > MOST_CONTAINERS) return `holds more than ${MOST_CONTAINERS} lists and objects`;
  return commas > MOST_VALUES ? `holds more than ${MOST_VALUES} values` : undefined;
}

/** `name`: of the file, for errors. */
export function parseJson(bytes: Uint8Array, name: string): unknown {
  const excess = excessOf(bytes);
  if (excess !== undefined) throw new AppError('INPUT_TOO_LARGE', `${name} ${excess}, far more than any profile.`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new AppError('INPUT_CORRUPT', `${name} looks like JSON but is not valid: ${(cause as Error).message}.`, {
      cause,
      hint: 'Check whether it was cut off.',
    });
  }
}
