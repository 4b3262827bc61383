/** Input in no known format: what it is, as far as its beginning tells, and what to do about it. */
import { AppError } from '../shared/errors.ts';

export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** Words of 8 or 4 bytes: 0, 3 words of header to come, version 0. */
const GPERFTOOLS = {
  test: (text: string): boolean =>
    [7, 3].some((zeros) => text.startsWith(`\u0000${'\u0000'.repeat(zeros)}\u0003${'\u0000'.repeat(2 * zeros + 1)}`)),
};

/** What people give by mistake, by its first bytes as UTF-8. */
const FOREIGN: readonly (readonly [start: Pick<RegExp, 'test'>, hint: string])[] = [
  [/^PERFILE2/, 'This is the binary perf.data: run "perf script -i FILE" where it was recorded and pass its output.'],
  [
    /^(?:.*\n){0,20}\s*\S.*\sbranches:\S*\s.*=>\s+[0-9a-f]+ /,
    'This is a trace of branches, which says where the program jumped and not how long it ran: print samples with ' +
      '"perf script --itrace=i100usg", or record with "perf record -F 99 -g".',
  ],
  [GPERFTOOLS, 'This is the binary CPU profile of gperftools: convert it with "pprof -proto PROGRAM FILE".'],
  [
    /^FLR\W/,
    'This is a recording of Java Flight Recorder: convert it to folded stacks first (jfrconv, from async-profiler).',
  ],
  [/^MOJ/, 'This is the binary format of Austin: convert it with "mojo2austin FILE OUT", or record without --binary.'],
  [/^BZh/, 'This is bzip2: decompress it first.'],
  [/^\ufffd7zXZ/, 'This is xz: decompress it first.'],
  [/^PK\W/, 'This is a zip archive: take the profile out of it first.'],
  [/^<(?:\?xml.*<)?svg/s, 'This is a picture: pass the profile that it was drawn from.'],
  [
    /^\{[^[]*"traceEvents"|^\[\s*\{[^\]]{0,2000}"ph"\s*:/,
    'This is a Chrome trace: record a CPU profile (.cpuprofile) instead.',
  ],
  [
    /^\{\s*"code"\s*:\s*\[/,
    "This is V8's log, preprocessed (node --prof-process --preprocess): record with node --cpu-prof and pass its " +
      '.cpuprofile.',
  ],
  [
    /^(?:v8-version|shared-library|code-creation),/,
    'This is the log of node --prof: record with node --cpu-prof instead.',
  ],
  [
    /^Statistical profiling result from /,
    'This is a summary of node --prof-process: record with node --cpu-prof instead.',
  ],
  [
    /^\{\s*"snapshot"\s*:/,
    'This is a heap snapshot, of what is in memory: for CPU time record a CPU profile (.cpuprofile) instead.',
  ],
  [
    /"(?:stack_id|thread_metadata|profiler_id)"\s*:|\}\n\{"type":"(?:profile|transaction)/,
    'This is a profile of Sentry: record a CPU profile (node --cpu-prof) and pass its .cpuprofile.',
  ],
  [
    /^[[{].{0,200}"name"\s*:(?=.{0,2000}"(?:value|top|onStackTop|children)"\s*:)(?!.{0,2000}"callFrame")/s,
    'This is the tree of a picture (0x, d3-flame-graph): 0x makes it from what it recorded; pass a .cpuprofile ' +
      '(node --cpu-prof) or perf script text instead.',
  ],
  [
    /^(?:#.*\n)*[^\n]*;[^\n]* -?\d+,\d+,-?\d+\r?\n/,
    'This is the full mode of Austin, with three numbers a line: record without --full, or convert the time alone.',
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
    /^(?:(?:File|Build ID|Type|Time|Duration): .*\n)*(?:Showing nodes acc|PeriodType: |-{10,}\+-{10,}| *flat +flat%)/,
    'This is the text that pprof prints: pass the profile itself, or convert it with "pprof -proto FILE".',
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

/** What input is that begins like this, where it is of a known kind that cannot be drawn, and what to do about it. */
export function foreignHint(first: string): string | undefined {
  return FOREIGN.find(([start]) => start.test(first))?.[1];
}

/** `first`: the beginning of `bytes` as text. */
export function unknownFormat(bytes: Uint8Array, name: string, first: string): AppError {
  if (isBlank(bytes)) {
    return new AppError('INPUT_EMPTY', `${name} is empty.`, {
      hint: 'Check whether the command that should have written it failed.',
    });
  }
  const binary = first.includes('\u0000') || first.includes('\ufffd');
  const hint = foreignHint(first) ?? KNOWN;
  const line = binary ? 'binary data' : `line 1 is ${JSON.stringify((first.split('\n', 1)[0] ?? '').slice(0, 120))}`;
  return new AppError('FORMAT_UNKNOWN', `${name} is not a profile in any known format: ${line}.`, { hint });
}
