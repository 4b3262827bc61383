/** Input in no known format: what it is, as far as its beginning tells, and what to do about it. */
import { AppError } from '../shared/errors.ts';

export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** What people give by mistake, by its first bytes as UTF-8. */
const FOREIGN: readonly (readonly [start: RegExp, hint: string])[] = [
  [/^PERFILE2/, 'This is the binary perf.data: run "perf script -i FILE" where it was recorded and pass its output.'],
  [/^BZh/, 'This is bzip2: decompress it first.'],
  [/^\ufffd7zXZ/, 'This is xz: decompress it first.'],
  [/^PK\W/, 'This is a zip archive: take the profile out of it first.'],
  [/^<(?:\?xml.*<)?svg/s, 'This is a picture: pass the profile that it was drawn from.'],
  [
    /^\{[^[]*"traceEvents"|^\[\s*\{[^\]]{0,2000}"ph"\s*:/,
    'This is a Chrome trace: record a CPU profile (.cpuprofile) instead.',
  ],
  [/^\{"head":\{"callFrame".*"selfSize"/s, 'This is a V8 heap profile: record a CPU profile (.cpuprofile) instead.'],
  [
    /^\{\s*"(?:meta|libs)":\s*[{[]/,
    'This looks like a Firefox profile: pass what it was made from, such as perf script text.',
  ],
  [
    /^(?:heap profile:|--- (?:contentionz|heapz|threadz)|threadcreate profile:|goroutine )/,
    'This is the old text format of pprof: convert it with "pprof -proto FILE".',
  ],
  [
    /^[0-9a-f]{5,16} [0-9a-f]{1,8} [^\s(]/,
    'This looks like a map of generated code (perf-PID.map): pass perf script text, and the map with --perf-map.',
  ],
  [
    /^\s*(?:\S{1,15}(?: \d[\d/]*)?\s+)?[0-9a-f]{6,16} \S.* \([/[].*\)/,
    'This looks like perf script text that has neither processes nor times: run perf script ' +
      'with "-F comm,tid,time,event,ip,sym,dso".',
  ],
  [/^#.*\n(?:#.*\n)*# (?:Samples: |Overhead )/, 'This is the output of perf report: pass that of perf script.'],
];
const KNOWN =
  'Pass a capture, perf script text, folded stacks, .cpuprofile, pprof or speedscope JSON; plain, gzip or zstd.';

/** `first`: the beginning of `bytes` as text. */
export function unknownFormat(bytes: Uint8Array, name: string, first: string): AppError {
  if (isBlank(bytes)) {
    return new AppError('INPUT_EMPTY', `${name} is empty.`, {
      hint: 'Check whether the command that should have written it failed.',
    });
  }
  const binary = first.includes('\u0000') || first.includes('\ufffd');
  const hint = FOREIGN.find(([start]) => start.test(first))?.[1] ?? KNOWN;
  const line = binary ? 'binary data' : `line 1 is ${JSON.stringify((first.split('\n', 1)[0] ?? '').slice(0, 120))}`;
  return new AppError('FORMAT_UNKNOWN', `${name} is not a profile in any known format: ${line}.`, { hint });
}
