/** The `source` script: the lines of code around the hot places of a profile, read on the instance. */
import { z } from 'zod';
import { badOutput, decodeBase64, lastLine, throwFault, toBase64 } from './script-answer.ts';
import type { ScriptCall } from './script-call.ts';

/** source.sh takes no more. */
export const MAX_PLACES = 10;

/** A place in a running program, as its profile names it. */
export interface SourcePlace {
  readonly pid: number;
  /** Absolute path or `file:` URL, as the program sees it. Untrusted text. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1; null where only the line is known. */
  readonly column: number | null;
}

/** Some lines of a file; all texts are untrusted. */
export interface SourceLines {
  /** Number of the first line, from 1. */
  readonly first: number;
  /** At most 40 lines of at most 202 characters; `…` stands for what was cut. */
  readonly lines: readonly string[];
}

export interface OriginalPlace extends SourceLines {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string | null;
  /** For each generated line of the excerpt the line here that it comes from; 0 where it comes from elsewhere. */
  readonly lineMap: readonly number[];
}

export interface SourceExcerpt extends SourceLines {
  readonly line: number;
  /** Below the root of what was deployed, as a code host knows the file; null where that cannot be told. */
  readonly path: string | null;
  /** Through the source map: what the author wrote. Null where there is no map. */
  readonly original: OriginalPlace | null;
  readonly package: { readonly name: string; readonly version: string | null } | null;
  /** What was deployed: the commit of a git checkout, the text of a REVISION file, the name of a release directory. */
  readonly deploy: {
    readonly commit: string | null;
    readonly revision: string | null;
    readonly release: string | null;
  };
}

const REASONS = {
  GONE: 'The process has ended.',
  NOT_NODE: 'The process is not Node.js.',
  NO_ANSWER: 'Its Node.js could not be run to read the file.',
  NOT_FOUND: 'The file is not there any more.',
  NOT_PERMITTED: 'The user of the process may not read the file.',
  NOT_A_FILE: 'It is not a file.',
  NOT_SOURCE: 'It is not a file of source code.',
  TOO_LARGE: 'The file is larger than 2 MB.',
  NO_SUCH_LINE: 'The file has changed: it has fewer lines.',
  UNREADABLE: 'The file could not be read.',
  LEFT_OUT: 'The excerpts before it filled the answer.',
} as const;
export type SourceReason = keyof typeof REASONS;

export type SourceAnswer = SourceExcerpt | { readonly reason: SourceReason };

/** Why there is no excerpt, in a sentence. */
export function sourceReason(reason: SourceReason): string {
  return REASONS[reason];
}

/** `source`: it reads the text around at most `MAX_PLACES` places, the first ones where there are more. */
export function sourceCall(request: {
  readonly captureId: string;
  readonly places: readonly SourcePlace[];
}): ScriptCall {
  const places = request.places
    .slice(0, MAX_PLACES)
    .map(({ pid, file, line, column }) => `${pid}:${line}:${column ?? 0}:${toBase64(file)}`);
  return { action: 'source', options: { id: request.captureId, places } };
}

const count = z.number().int().nonnegative();
const position = z.number().int().min(1).max(1e9);
const lines = z.array(z.string().max(202)).max(40);
const path = z.string().max(4096).nullable().catch(null);
const lineMap = z.array(count).max(40).catch([]);
const excerptShape = z.object({
  line: position,
  first: position,
  lines,
  path,
  original: z
    .object({ file: z.string().max(4096), line: position, column: position, first: position, lines, path, lineMap })
    .nullable()
    .catch(null),
  package: z
    .object({ name: z.string().max(214), version: z.string().max(100).nullable() })
    .nullable()
    .catch(null),
  deploy: z.object({
    commit: z.string().max(64).nullable(),
    revision: z.string().max(100).nullable(),
    release: z.string().max(255).nullable(),
  }),
});
const reasonShape = z.object({ reason: z.enum(Object.keys(REASONS) as [SourceReason, ...SourceReason[]]) });
/** What is known of a place, as it is stored. */
export const SOURCE_ANSWER: z.ZodType<SourceAnswer> = z.union([excerptShape, reasonShape]);
const answerShape = z.object({ smokejumper: z.literal(1), ok: z.literal(true), places: count, kept: count });

/**
 * Reads what `source` printed: an answer for each place asked for, in their order. Throws the script's own fault, or
 * `CAPTURE_OUTPUT_INVALID`. One damaged line costs its place only. `gunzip` must bound what it unpacks.
 */
export function parseSourceOutput(
  stdout: string,
  places: number,
  gunzip: (bytes: Uint8Array) => Uint8Array,
): SourceAnswer[] {
  const { json, before } = lastLine(stdout);
  throwFault(json);
  if (!answerShape.safeParse(json).success) throw badOutput("The script's report does not have the expected form.");
  const text = new TextDecoder().decode(unpack(before, gunzip));
  const answers = text.split('\n').filter((line) => line !== '');
  return Array.from({ length: Math.min(places, MAX_PLACES) }, (_, at) => readAnswer(answers[at]));
}

function unpack(base64: string, gunzip: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  try {
    return gunzip(decodeBase64(base64));
  } catch {
    throw badOutput('What the script sent cannot be unpacked.');
  }
}

function readAnswer(line: string | undefined): SourceAnswer {
  if (line === undefined) return { reason: 'LEFT_OUT' };
  try {
    const json: unknown = JSON.parse(line);
    const reason = reasonShape.safeParse(json);
    return reason.success ? reason.data : excerptShape.parse(json);
  } catch {
    return { reason: 'UNREADABLE' };
  }
}
