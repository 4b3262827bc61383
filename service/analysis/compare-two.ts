import { compare } from '../compare/compare.ts';
import { decodeProfile } from '../convert/load-profile.ts';
import { differentialSvg } from '../flamegraph/differential-svg.ts';
import type { ComparedSide, CompareInput, Comparison } from '../incidents/files/analysis-port.ts';
import { apartByImage } from '../profile/container/apart-by-image.ts';
import type { Profile } from '../profile/profile.ts';
import { comparisonModel } from '../report/comparison/comparison-model.ts';
import { AppError } from '../shared/errors.ts';
import type { DecodeProfile } from './read-sides.ts';

/** Any two profiles: A is the reference, B is held against it. Throws `AppError` that says which cannot be read. */
export async function compareTwo(decode: DecodeProfile, { a, b }: CompareInput): Promise<Comparison> {
  // One after the other: two of the largest would need twice the memory while they are read.
  const profiles = [await read(decode, 'A', a), await read(decode, 'B', b)];
  const [reference, other] = apartByImage(profiles);
  if (reference === undefined || other === undefined) throw new Error('a profile is gone');
  const differential = compare([reference], other);
  const model = comparisonModel(differential);
  if (model.grade === 'withheld') return { model, graph: null };
  const svg = differentialSvg(differential, { title: `${b.label} against ${a.label}` });
  return { model, graph: new TextEncoder().encode(svg) };
}

async function read(decode: DecodeProfile, letter: string, side: ComparedSide): Promise<Profile> {
  try {
    return await (side.from === 'recording' ? decode(side.bytes) : decodeProfile(side.bytes));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, retry, hint } = error;
    const known = hint === undefined ? {} : { hint };
    throw new AppError(code, `${letter}, ${JSON.stringify(side.label)}: ${message}`, { cause: error, retry, ...known });
  }
}
