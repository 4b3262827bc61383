/** What the flags that give functions their names do to the programs that run with them, in words. */
import type { ProcessInfo, V8Log } from '../profile/profile.ts';
import { formatBytes, formatCount } from '../shared/text/number.ts';
import { clean, cleanPath } from './clean-text.ts';

/** So many are named; a cluster has dozens, and all of them the same fault. */
const NAMED = 3;
/** A log without a name that is smaller than this is what was asked for. */
const LARGE_UNLINKED = 64 * 1024 * 1024;
const DAY_SECONDS = 86_400;
const MANUAL = 'docs/operations.md, "What the flags cost"';

type Logging = ProcessInfo & { readonly v8Log: V8Log };

/** A sentence or two for each kind of trouble, the processes named; empty when the flags do no harm. */
export function flagHazards(processes: readonly ProcessInfo[]): string[] {
  const logging = processes.filter((one): one is Logging => one.v8Log !== undefined);
  const to = (where: V8Log['to']) => logging.filter((one) => one.v8Log.to === where);
  return [
    ...intoStdout(to('stdout')),
    ...intoFile(to('file')),
    ...withoutName(to('unlinked').filter((one) => one.v8Log.bytes >= LARGE_UNLINKED)),
    ...sharedMaps(processes),
  ];
}

function intoStdout(some: readonly Logging[]): string[] {
  if (some.length === 0) return [];
  return [
    `${named(some)}: V8 writes its log to the program's standard output, between its own lines, because of ` +
      `--perf-basic-prof and because it can create no file in the working directory. ${CURE}`,
  ];
}

const CURE =
  'Add --logfile=+ --no-logfile-per-isolate to the command line (NODE_OPTIONS does not take them), or leave out the ' +
  `flags and set V8_ENGINE=fallback; see ${MANUAL}.`;

function intoFile(some: readonly Logging[]): string[] {
  const first = some[0];
  if (first === undefined) return [];
  const bytes = some.reduce((sum, { v8Log }) => sum + v8Log.bytes, 0);
  const perDay = some.reduce((sum, { v8Log }) => sum + (v8Log.bytes / Math.max(1, v8Log.seconds)) * DAY_SECONDS, 0);
  return [
    `${named(some)}: V8 writes a log that never ends because of --perf-basic-prof, ${formatBytes(bytes)} so far, ` +
      `about ${formatBytes(perDay)} a day, such as ${cleanPath(first.v8Log.path, 200)}. ${CURE}`,
  ];
}

function withoutName(some: readonly Logging[]): string[] {
  if (some.length === 0) return [];
  const bytes = some.reduce((sum, { v8Log }) => sum + v8Log.bytes, 0);
  return [
    `${named(some)}: V8's log, a file in /tmp that has no name any more, has grown to ${formatBytes(bytes)}; ` +
      'the disk has it back when the program is restarted.',
  ];
}

function sharedMaps(processes: readonly ProcessInfo[]): string[] {
  const some = processes.filter(({ sharesMapWith = [] }) => sharesMapWith.length > 0);
  if (some.length === 0) return [];
  return [
    `${named(some)} write one and the same perf map: their containers share /tmp, and they have the same pid in it. ` +
      'The names of their functions are missing or wrong. Give each container a /tmp of its own, or leave out the ' +
      'flags and set V8_ENGINE=fallback.',
  ];
}

function named(some: readonly ProcessInfo[]): string {
  const list = some.slice(0, NAMED).map(({ name, pid, node }) => {
    const known = [...(pid === null ? [] : [String(pid)]), ...(node === undefined ? [] : [`Node ${node.slice(1)}`])];
    return `${clean(name, 64)}${known.length > 0 ? ` (${known.join(', ')})` : ''}`;
  });
  const more = some.length - list.length;
  return `${list.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
}
