import { uncovered } from '../compare/confirmation/helpers.ts';
import { workBelow } from '../compare/confirmation/work-below.ts';
import type { ReadConfirmationInput } from '../incidents/files/analysis-port.ts';
import type { ConfirmationAnswer } from '../report/confirmation/confirmation-data.ts';
import { AppError } from '../shared/errors.ts';
import type { DecodeProfile } from './read-sides.ts';

/** Fewer samples of the work cannot tell one half from the other. */
const LEAST_SAMPLES = 20;

/** What the confirming recording says. Throws what `decode` throws, and `CONFIRMATION_TOO_FEW`. */
export async function readConfirmation(
  decode: DecodeProfile,
  { bytes, asked, coveredSeconds }: ReadConfirmationInput,
): Promise<ConfirmationAnswer> {
  const profile = await decode(bytes);
  const { suspect, pid, before } = asked;
  const after = workBelow(profile, suspect).get(pid ?? -1);
  const found = before === null || after === undefined ? undefined : uncovered(before, after);
  if (found === undefined || found.samples < LEAST_SAMPLES) {
    const count = found?.samples ?? 0;
    throw new AppError(
      'CONFIRMATION_TOO_FEW',
      `There were only ${count} samples of its work while nothing was inlined; ${LEAST_SAMPLES} are needed.`,
      { hint: 'The load may have been gone by then.' },
    );
  }
  const visit = profile.processes.find((process) => process.pid === pid)?.visit;
  return {
    node: visit?.node ?? null,
    startedAtMs: visit?.startedAtMs ?? null,
    startPauseMs: visit?.startPauseMs ?? null,
    leftOpen: visit?.leftOpen ?? false,
    seconds: profile.facts.seconds ?? 0,
    coveredSeconds,
    ...found,
  };
}
