/** pprof's messages: recognised, bounded, and whole. */
import { Profile as Pprof } from 'pprof-format';
import { AppError } from '../../shared/errors.ts';

export function damaged(what: string, cause?: unknown): AppError {
  return new AppError('PROFILE_INVALID', `This pprof file is damaged: ${what}.`, cause === undefined ? {} : { cause });
}

/** Large programs have 100,000 samples and as many locations and texts; a decoded message takes up to 300 bytes. */
const MOST_FIELDS = 4_000_000;
/** Packed numbers take a byte each, and 8 once they are decoded. */
const MOST_BYTES = 1 << 27;

/** The message, or undefined when the bytes are not a pprof profile: any bytes could begin like one. */
export function decodePprof(bytes: Uint8Array): Pprof | undefined {
  // The tag of one of profile.proto's fields 1 to 15, a number or a message: writers may begin with any.
  const tag = bytes[0] ?? 0;
  if (tag < 0x08 || tag > 0x7f || ((tag & 7) !== 0 && (tag & 7) !== 2)) return undefined;
  const { fields, isWhole } = scanFields(bytes);
  if (fields > MOST_FIELDS || bytes.length > MOST_BYTES) {
    if (!isWhole) return undefined;
    throw new AppError('INPUT_TOO_LARGE', 'As a pprof file it would have more than 128 MB or 4 million parts.');
  }
  let profile: Pprof;
  try {
    profile = Pprof.decode(bytes);
  } catch {
    return undefined;
  }
  if (profile.sampleType.length === 0 || profile.stringTable.strings[0] !== '') return undefined;
  if (!isWhole) throw damaged('it ends in the middle of a field: it was cut off');
  return profile;
}

/** Counts the fields; the decoder takes what there is of a last one that was cut off, so that is looked at here. */
function scanFields(bytes: Uint8Array): { readonly fields: number; readonly isWhole: boolean } {
  let at = 0;
  let fields = 0;
  const number = () => {
    let value = 0;
    for (let place = 1; at < bytes.length; place *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 0x7f) * place;
      if (byte < 0x80) return value;
    }
    return Number.POSITIVE_INFINITY;
  };
  for (; at < bytes.length; fields++) {
    const isMessage = (number() & 7) === 2;
    const value = number();
    if (value === Number.POSITIVE_INFINITY) return { fields, isWhole: false };
    if (isMessage) at += value;
  }
  return { fields, isWhole: at === bytes.length };
}
