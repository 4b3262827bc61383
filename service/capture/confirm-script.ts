/** The `confirm` script: one process is recorded once more, for a few seconds in which V8 inlines nothing in it. */
import { AppError } from '../shared/errors.ts';
import { assembleCapture, parseRunOutput } from './capture-script.ts';
import type { ScriptCall } from './script-call.ts';

/** What is recorded while nothing is inlined; V8 compiles the hot code anew in the first second, before that. */
export const CONFIRM_SECONDS = 5;
/** `more_seconds` of confirm.sh: how much longer the process inlines nothing at most. */
export const COVERED_SECONDS: number = CONFIRM_SECONDS + 3;

export interface ConfirmPlan {
  /** Of the capture in which the process was seen. */
  readonly captureId: string;
  readonly pid: number;
  /** When that capture began, by the clock of the instance: a process that is younger is another one. */
  readonly seenAtMs: number;
  readonly hz: number;
}

/** By what the instance knows the result: it is kept beside that of the capture. */
export function confirmationId(captureId: string): string {
  return `${captureId}.confirm`;
}

export function confirmCall({ captureId, pid, seenAtMs, hz }: ConfirmPlan): ScriptCall {
  return {
    action: 'confirm',
    options: {
      id: confirmationId(captureId),
      seconds: `${CONFIRM_SECONDS}`,
      hz: `${hz}`,
      startAt: `${Math.floor(seenAtMs / 1000)}`,
      pids: `${pid}`,
    },
  };
}

/** The gzipped capture that `confirm` printed. Throws the script's own fault, or `CAPTURE_OUTPUT_INVALID`. */
export function parseConfirmOutput(stdout: string, sha256: (bytes: Uint8Array) => string): Uint8Array {
  const report = parseRunOutput(stdout);
  // One process for some seconds is a tenth of what an answer holds; a second command is not worth the wait.
  if (report.missing.length > 0) {
    throw new AppError(
      'CONFIRMATION_TOO_LARGE',
      `The recording has ${report.bytes} bytes; one answer does not hold them.`,
    );
  }
  return assembleCapture([report.chunk], report, sha256);
}
