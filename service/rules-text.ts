import { createReadStream } from 'node:fs';
import { MAX_RULES_BYTES } from './rules-file/read-rules-file.ts';
import { AppError } from './shared/errors.ts';
import { visible } from './shared/text/untrusted.ts';

/** The text of a rules file; of a larger one than is read, as much as shows that. What is no UTF-8 becomes U+FFFD. */
export async function loadRulesText(path: string): Promise<string> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of createReadStream(path, { end: MAX_RULES_BYTES })) pieces.push(piece as Buffer);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AppError('RULES_FILE_UNREADABLE', `The rules file ${visible(path)} cannot be read (${code}).`, {
      cause,
      hint: 'Check the name and who may read it.',
    });
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}
