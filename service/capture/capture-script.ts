/** Talking to the remote scripts: their arguments, reading their answer, putting the parts of a result together. */
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';
import { badOutput, decodeBase64, lastLine, throwFault } from './script-answer.ts';
import type { ScriptCall } from './script-call.ts';

/**
 * When V8's own profiler visits processes: never, those without a perf map, or all, so that inlined functions and lines
 * are known as well; `confirm`: all, and where a helper may still be hidden in the function of the first finding, that
 * process is recorded once more while V8 inlines nothing in it.
 */
export const V8_ENGINES = ['off', 'fallback', 'lines', 'confirm'] as const;
export type V8Engine = (typeof V8_ENGINES)[number];

export interface V8Plan {
  readonly engine: V8Engine;
  /** At most so many processes are visited, the hottest first. */
  readonly maxProcesses: number;
}

/** A visit takes a second or two, one process after the other, and all begin before the common start. */
const VISIT_SECONDS = 2;

/** What V8's visits add to the time between sending the commands and the common start. */
export function visitSeconds({ engine, maxProcesses }: V8Plan): number {
  return engine === 'off' ? 0 : VISIT_SECONDS * maxProcesses;
}

/** `install_fetch` and `install_unpack` of install.sh: how long it may install perf. */
const INSTALL_SECONDS = 180;

/**
 * What installing perf adds to the time that a command is given. The common start does not wait for it: perf is
 * installed once in the life of an instance, and an instance without it records late, with a warning.
 */
export function installSeconds(installPerf: boolean | undefined): number {
  return installPerf ? INSTALL_SECONDS : 0;
}

/** What one instance is asked to record. */
export interface CapturePlan {
  readonly captureId: string;
  readonly seconds: number;
  /** Samples per second and busy CPU. */
  readonly hz: number;
  /** Epoch seconds: the moment at which every instance of the capture begins. */
  readonly startAtSeconds: number;
  /** Only these processes; default: all of Node.js. */
  readonly pids?: readonly number[];
  /** Only Node.js processes whose command line matches this extended regular expression. */
  readonly match?: string;
  /** Default: off. */
  readonly v8?: V8Plan;
  /** Let the script install perf with the distribution's package manager. */
  readonly installPerf?: boolean;
}

/** A part of the gzipped capture. */
export interface CaptureChunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A successful answer of `run` or `fetch`. */
export interface RunReport {
  readonly captureId: string;
  /** Size and digest (hex) of the whole capture. */
  readonly bytes: number;
  readonly sha256: string;
  readonly chunk: CaptureChunk;
  /** Offsets to fetch for everything behind this chunk. */
  readonly missing: readonly number[];
  /** Only in the answer to `run`. */
  readonly recorded: number | null;
  readonly drawn: number | null;
  readonly warnings: readonly string[];
}

/** Bytes that `fetch` answers with at most: `next_part` of fetch.sh, which says why. */
export const FETCH_BYTES = 17_400;
/**
 * Twice the largest capture: 600 s on 64 busy CPUs make about 12 MB. What an instance claims beyond that is refused
 * before anything is fetched.
 */
const MAX_CAPTURE_BYTES = 24 * 1024 * 1024;
/** Of the part in the answer to `run`, which has 16,800 bytes (`first_part` of run.sh) or all. */
const MIN_FIRST_BYTES = 512;

/** `run` as planned: it records. */
export function runCall(plan: CapturePlan): ScriptCall {
  const { captureId: id, seconds, hz, startAtSeconds, pids, match, v8, installPerf } = plan;
  return {
    action: 'run',
    options: {
      id,
      seconds: `${seconds}`,
      hz: `${hz}`,
      startAt: `${startAtSeconds}`,
      ...(pids === undefined ? {} : { pids: pids.join(',') }),
      ...(match === undefined ? {} : { match }),
      ...(v8 === undefined || v8.engine === 'off' ? {} : { v8: visits(v8.engine), v8Processes: `${v8.maxProcesses}` }),
      ...(installPerf ? { installPerf } : {}),
    },
  };
}

/** Confirming is asked for when the recording has been read: until then it is a capture with lines. */
function visits(engine: V8Engine): string {
  return engine === 'confirm' ? 'lines' : engine;
}

/** `fetch`: it sends the part of a kept result from `offset` on. */
export function fetchCall(part: { readonly captureId: string; readonly offset: number }): ScriptCall {
  return { action: 'fetch', options: { id: part.captureId, offset: `${part.offset}` } };
}

/** `fetch`, too: it uploads the whole of a kept result. */
export function uploadCall(upload: {
  readonly captureId: string;
  /** Presigned. */
  readonly url: string;
  /** SHA-256 of the result in base64. */
  readonly checksum: string;
}): ScriptCall {
  return { action: 'fetch', options: { id: upload.captureId, to: upload.url, checksum: upload.checksum } };
}

/** `clean`: it removes a kept result. */
export function cleanCall(result: { readonly captureId: string }): ScriptCall {
  return { action: 'clean', options: { id: result.captureId } };
}

const count = z.number().int().nonnegative();
const answerShape = z.object({
  smokejumper: z.literal(1),
  ok: z.literal(true),
  id: z.string(),
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  chunk: z.object({ offset: count, length: count }),
  recorded: count.optional(),
  drawn: count.optional(),
  warnings: z.array(z.string()).optional(),
});
/**
 * Reads what `run` or `fetch` printed. Throws the script's own fault (its code, message and hint), or
 * `CAPTURE_OUTPUT_INVALID` when the output was cut or is not the script's.
 */
export function parseRunOutput(stdout: string): RunReport {
  const { json, before } = lastLine(stdout);
  throwFault(json);
  const answer = answerShape.safeParse(json);
  if (!answer.success) {
    const field = answer.error.issues[0]?.path.join('.');
    throw badOutput(`The script's report does not have the expected form${field ? `: see its field "${field}"` : ''}.`);
  }
  const { id, bytes, sha256, chunk, recorded, drawn, warnings } = answer.data;
  if (bytes > MAX_CAPTURE_BYTES) throw tooLarge(bytes);
  if (chunk.offset + chunk.length > bytes) throw badOutput('The script sent more than its result has.');
  if (chunk.length < Math.min(bytes - chunk.offset, chunk.offset === 0 ? MIN_FIRST_BYTES : FETCH_BYTES)) {
    throw badOutput(`The script sent ${chunk.length} bytes from byte ${chunk.offset} of ${bytes}: that is too few.`);
  }
  const missing: number[] = [];
  for (let at = chunk.offset + chunk.length; at < bytes && chunk.length > 0; at += FETCH_BYTES) missing.push(at);
  return {
    captureId: id,
    bytes,
    sha256,
    chunk: { offset: chunk.offset, bytes: decodeBase64(before, chunk.length) },
    missing,
    recorded: recorded ?? null,
    drawn: drawn ?? null,
    warnings: warnings ?? [],
  };
}

function tooLarge(bytes: number): AppError {
  const limit = MAX_CAPTURE_BYTES / 2 ** 20;
  const claim = Math.ceil(bytes / 2 ** 20);
  const message = `The instance says that its result has ${claim} MB; at most ${limit} MB are taken.`;
  return new AppError('CAPTURE_TOO_LARGE', message, { hint: 'Record for a shorter time, or fewer samples a second.' });
}

/** Reads the answer to `fetch` of the part at `offset`: it must be that part of that result, whole. */
export function parsePart(stdout: string, whole: Pick<RunReport, 'bytes' | 'sha256'>, offset: number): CaptureChunk {
  const { bytes, sha256, chunk } = parseRunOutput(stdout);
  if (bytes !== whole.bytes || sha256 !== whole.sha256) throw badOutput('The script sent a part of another result.');
  if (chunk.offset === offset && chunk.bytes.length === Math.min(FETCH_BYTES, bytes - offset)) return chunk;
  throw badOutput(`The script was asked for byte ${offset}, and sent ${chunk.bytes.length} from byte ${chunk.offset}.`);
}

const uploadShape = z.object({ smokejumper: z.literal(1), ok: z.literal(true), uploaded: z.string() });

/** Reads what `fetch` printed after an upload. Throws the script's own fault, or `CAPTURE_OUTPUT_INVALID`. */
export function parseUploadOutput(stdout: string): void {
  const { json } = lastLine(stdout);
  throwFault(json);
  if (!uploadShape.safeParse(json).success) throw badOutput("The script's report does not say that it has uploaded.");
}

/** Puts the parts together, in any order, and checks size and digest. Throws `CAPTURE_DAMAGED`. */
export function assembleCapture(
  chunks: readonly CaptureChunk[],
  report: Pick<RunReport, 'bytes' | 'sha256'>,
  sha256: (bytes: Uint8Array) => string,
): Uint8Array {
  const assembled = new Uint8Array(report.bytes);
  let filled = 0;
  for (const chunk of [...chunks].sort((a, b) => a.offset - b.offset)) {
    if (chunk.offset !== filled || filled + chunk.bytes.length > assembled.length) {
      throw damaged(`A part is missing or repeated at byte ${filled} of ${report.bytes}.`);
    }
    assembled.set(chunk.bytes, chunk.offset);
    filled += chunk.bytes.length;
  }
  if (filled !== report.bytes) throw damaged(`Only ${filled} of ${report.bytes} bytes arrived.`);
  if (sha256(assembled) !== report.sha256)
    throw damaged('Its SHA-256 differs from the one that the instance computed.');
  return assembled;
}

function damaged(why: string): AppError {
  return new AppError('CAPTURE_DAMAGED', `The capture did not arrive intact. ${why}`, { retry: 'later' });
}
