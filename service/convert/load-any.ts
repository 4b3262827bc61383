/** Profiles of any format, from pieces of bytes. */
import { readCapture } from '../profile/capture-form/capture-form.ts';
import { isCapture, refuseOtherForm } from '../profile/capture-form/magic.ts';
import { FoldedParser, isFolded } from '../profile/folded/import-folded.ts';
import { importCpuProfile, isCpuProfile } from '../profile/formats/import-cpuprofile.ts';
import { importSpeedscope, isSpeedscope } from '../profile/formats/import-speedscope.ts';
import { isPerfScript } from '../profile/perf-script/import-perf.ts';
import type { Profile } from '../profile/profile.ts';
import { AppError } from '../shared/errors.ts';
import { decodeBytes, joinBytes, limited, readBytes, startingWith, withHead } from './byte-source.ts';
import { foreignHint, isBlank, unknownFormat } from './foreign-format.ts';
import { parseJson } from './json-bytes.ts';
import type { LoadOptions } from './load-options.ts';
import { HEAD_BYTES, perfParser } from './perf/perf-file.ts';
import { decodePprof } from './pprof/decode-pprof.ts';
import { importPprof } from './pprof/import-pprof.ts';
import { LIST_OF_PROFILES, unwrapped } from './unwrap-json.ts';
import { inFile } from './with-file-name.ts';

/** A capture of a minute on 64 CPUs is some MB. */
const WHOLE_LIMIT = 1 << 29;
/** Of bytes in memory. */
const SENT_LIMIT = 1 << 27;

interface StreamParser {
  write(chunk: Uint8Array): void;
  finish(): Profile;
}

async function parseStream(parser: StreamParser, pieces: AsyncIterable<Uint8Array>): Promise<Profile> {
  for await (const piece of pieces) parser.write(piece);
  return parser.finish();
}

/** A parser that takes the input piece by piece; undefined for formats that are read as a whole. */
async function streamParser(head: string, options: LoadOptions): Promise<StreamParser | undefined> {
  if (isPerfScript(head)) return perfParser(options);
  const rules = options.rules === undefined ? {} : { rules: options.rules };
  const column = options.column === undefined ? {} : { column: options.column };
  return isFolded(head) ? new FoldedParser({ ...rules, ...column, dropIdle: options.dropIdle ?? true }) : undefined;
}

/** What is too large or no JSON may still be of a kind that has a name, such as a heap snapshot. */
function readJson(bytes: Uint8Array, name: string, first: string): unknown {
  try {
    return parseJson(bytes, name);
  } catch (error) {
    throw foreignHint(first) === undefined ? error : unknownFormat(bytes, name, first);
  }
}

/** Formats that are read as a whole. */
function parseWhole(bytes: Uint8Array, name: string, { rules, event }: LoadOptions): Profile {
  // Line feeds alone could pass for a message of protocol buffers.
  const pprof = isBlank(bytes) ? undefined : decodePprof(bytes);
  if (pprof !== undefined) return importPprof(pprof, rules, event);
  const first = new TextDecoder().decode(bytes.subarray(0, 4096)).trimStart();
  if (first.startsWith('{') || LIST_OF_PROFILES.test(first)) {
    const json = unwrapped(readJson(bytes, name, first));
    if (isCpuProfile(json)) return importCpuProfile(json, rules);
    if (isSpeedscope(json)) return importSpeedscope(json, rules);
  }
  throw unknownFormat(bytes, name, first);
}

/** A format with only one event must not pass for the one that was requested. */
function checkEvent(profile: Profile, wanted: string | undefined): Profile {
  const { source, event } = profile.facts;
  if (wanted === undefined || source === 'perf-script' || source === 'pprof' || wanted === event) return profile;
  throw new AppError('NO_SUCH_EVENT', `The profile has no event ${JSON.stringify(wanted)}.`, {
    hint: event === null ? 'Its format has no events.' : `It has: ${event}.`,
  });
}

/** `name` stands in errors. */
async function importPieces(source: AsyncGenerator<Uint8Array>, name: string, options: LoadOptions): Promise<Profile> {
  const pieces = withHead(source, HEAD_BYTES);
  const { value: first } = await pieces.next();
  if (first === undefined) throw unknownFormat(new Uint8Array(0), name, '');
  const rest = startingWith(first, pieces);
  try {
    const head = new TextDecoder().decode(first.subarray(0, HEAD_BYTES));
    refuseOtherForm(head);
    if (!isCapture(head)) {
      const parser = await streamParser(head, options);
      if (parser !== undefined) return checkEvent(await parseStream(parser, rest), options.event);
    }
    const bytes = await joinBytes(rest, WHOLE_LIMIT, name);
    const profile = isCapture(head) ? readCapture(bytes, options.rules) : parseWhole(bytes, name, options);
    return checkEvent(profile, options.event);
  } catch (error) {
    throw inFile(error, name);
  } finally {
    // Both: a generator that was never asked does not end the one that it would have asked.
    await rest.return(undefined);
    await pieces.return(undefined);
  }
}

/** What is in the file `path`; `-`: standard input. `name` stands in errors. */
export function importFile(path: string, name: string, options: LoadOptions): Promise<Profile> {
  return importPieces(readBytes(path, options.onProgress), name, options);
}

/** What is in `bytes`, compressed or not. */
export function importBytes(bytes: Uint8Array, options: LoadOptions): Promise<Profile> {
  return importPieces(limited(decodeBytes(bytes), SENT_LIMIT, 'The profile'), 'The profile', options);
}
