/** Input in no known format: what it is, as far as its beginning tells, and what to do about it. */
import { AppError } from '../shared/errors.ts';

export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** What people give by mistake, by its first bytes as UTF-8. */
const FOREIGN: readonly (readonly [start: RegExp, hint: string])[] = [
  [/^PERFILE2/, 'This is the binary perf.data: run "perf script -i FILE" where it was recorded and give its text.'],
  [/^BZh/, 'This is bzip2: decompress it first.'],
  [/^\ufffd7zXZ/, 'This is xz: decompress it first.'],
  [/^PK\W/, 'This is a zip archive: take the profile out of it first.'],
  [/^<(?:\?xml.*<)?svg/s, 'This is a picture: give the profile that it was drawn from.'],
  [
    /^\{[^[]*"traceEvents"|^\[\s*\{[^\]]{0,2000}"ph"\s*:/,
    'This is a trace of Chrome: record a CPU profile (.cpuprofile) instead.',
  ],
  [/^\{"head":\{"callFrame".*"selfSize"/s, 'This is a heap profile of V8: record a CPU profile (.cpuprofile) instead.'],
  [
    /^\{\s*"(?:meta|libs)":\s*[{[]/,
    'This looks like a profile of Firefox: give what it was made from, perf script text for one.',
  ],
  [
    /^(?:heap profile:|--- (?:contentionz|heapz|threadz)|threadcreate profile:|goroutine )/,
    'This is the old text form of pprof: "pprof -proto FILE" makes its present form of it.',
  ],
  [
    /^[0-9a-f]{5,16} [0-9a-f]{1,8} [^\s(]/,
    'This looks like a map of generated code (perf-PID.map): give the text of perf script, and the map with --perf-map.',
  ],
  [
    /^\s*(?:\S{1,15}(?: \d[\d/]*)?\s+)?[0-9a-f]{6,16} \S.* \([/[].*\)/,
    'This looks like perf script text that says neither process nor time: ask perf for more, "-F comm,tid,time,event,ip,sym,dso".',
  ],
  [/^#.*\n(?:#.*\n)*# (?:Samples: |Overhead )/, 'This is the text of perf report: give that of perf script.'],
];
const KNOWN =
  'Known are: captures, perf script text, folded stacks, .cpuprofile, pprof and speedscope JSON; each plain, gzip or zstd.';

/** `first`: the beginning of `bytes` as text. */
export function unknownFormat(bytes: Uint8Array, name: string, first: string): AppError {
  if (isBlank(bytes)) {
    return new AppError('INPUT_EMPTY', `${name} is empty.`, { hint: 'Did the command that should write it fail?' });
  }
  const binary = first.includes('\u0000') || first.includes('\ufffd');
  const hint = FOREIGN.find(([start]) => start.test(first))?.[1] ?? KNOWN;
  const line = binary ? 'binary data' : `line 1 is ${JSON.stringify((first.split('\n', 1)[0] ?? '').slice(0, 120))}`;
  return new AppError('FORMAT_UNKNOWN', `${name} is no profile in a known format: ${line}.`, { hint });
}
