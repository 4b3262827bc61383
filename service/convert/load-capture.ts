/**
 * What an instance has sent: the capture form in gzip, and no other format. The instance may be hostile: what it sends
 * is unpacked piece by piece, up to a limit, and known to be of the form before anything else is read of it.
 */
import { createGunzip } from 'node:zlib';
import { readCapture } from '../profile/capture-form/capture-form.ts';
import { isCapture, refuseOtherForm } from '../profile/capture-form/magic.ts';
import type { IdentityRules } from '../profile/identity/identity.ts';
import type { Profile } from '../profile/profile.ts';
import { AppError } from '../shared/errors.ts';

/** Twice the largest capture: 600 s on 64 busy CPUs make about 20 MB of text. */
const MAX_TEXT = 40 * 1024 * 1024;
const PIECE = 1 << 16;
/** The first line, with any number. */
const HEAD = 64;

/** Throws `AppError`: `CAPTURE_VERSION`, `CAPTURE_TOO_LARGE`, or `CAPTURE_INVALID`. */
export async function decodeCapture(bytes: Uint8Array, rules?: IdentityRules): Promise<Profile> {
  return readCapture(await unpack(bytes), rules);
}

async function unpack(bytes: Uint8Array): Promise<string> {
  const stream = createGunzip({ chunkSize: PIECE });
  const decoder = new TextDecoder();
  const texts: string[] = [];
  let size = 0;
  stream.end(bytes);
  try {
    for await (const piece of stream) {
      if (size === 0) checkHead(piece as Uint8Array);
      size += (piece as Uint8Array).length;
      if (size > MAX_TEXT) throw tooLarge();
      texts.push(decoder.decode(piece as Uint8Array, { stream: true }));
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw noCapture('it is not packed as a capture is, or it is cut off', cause);
  } finally {
    stream.destroy();
  }
  if (size === 0) throw noCapture('it is empty');
  return texts.join('') + decoder.decode();
}

function checkHead(piece: Uint8Array): void {
  const head = new TextDecoder().decode(piece.subarray(0, HEAD));
  refuseOtherForm(head);
  if (!isCapture(head)) throw noCapture('it is in another format');
}

function tooLarge(): AppError {
  return new AppError('CAPTURE_TOO_LARGE', `The capture unpacks to more than ${MAX_TEXT >> 20} MB.`, {
    hint: 'Record for a shorter time, or fewer samples a second.',
  });
}

function noCapture(why: string, cause?: unknown): AppError {
  return new AppError('CAPTURE_INVALID', `What the instance sent is no capture: ${why}.`, {
    cause,
    hint: 'Something else than the capture script answered; see the output of the command in SSM Run Command.',
  });
}
