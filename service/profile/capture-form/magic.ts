/** How a capture begins: apart from its reader, so that other formats need not load that. */
import { AppError } from '../../shared/errors.ts';

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

/** Throws `CAPTURE_VERSION` for the first bytes of a capture of a form that is not known here. */
export function refuseOtherForm(head: string): void {
  const form = /^smokejumper-capture (\d{1,9})\r?\n/.exec(head)?.[1];
  if (form === undefined || isCapture(head)) return;
  throw new AppError('CAPTURE_VERSION', `The capture has form ${form}; this version of Smokejumper reads 1 to 3.`, {
    hint: 'Update Smokejumper here, or send its own scripts: those of another version ran on the instance.',
  });
}
