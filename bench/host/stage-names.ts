import { basename, dirname } from 'node:path';

/** A name for what a process does, from its command line; empty for one that has none. */
export function stageOf(words: readonly string[]): string {
  const program = basename(words[0] ?? '');
  if (program === 'perf') return `perf ${words[1] ?? ''}${words[1] === 'script' ? reading(words) : ''}`.trim();
  if (program === 'perl') return basename(words.slice(1).find((word) => !word.startsWith('-')) ?? program);
  // The script runs the binary of the profiled program from an open file.
  if (dirname(words[0] ?? '') === '/proc/self/fd') return "the program's own node";
  if (/^[mg]?awk$/.test(program)) return `awk${firstVariable(words)}`;
  return program;
}

/** The script reads a recording twice: all events without symbols, then stacks of some processes. */
function reading(words: readonly string[]): string {
  if (words.includes('-h')) return ' -h';
  if (words.includes('--show-lost-events')) return ', events';
  return ', stacks';
}

/** The programs in awk are told apart by the first thing that they are given. */
function firstVariable(words: readonly string[]): string {
  const at = words.indexOf('-v');
  const [name] = (at < 0 ? '' : (words[at + 1] ?? '')).split('=');
  return name ? ` (${name})` : '';
}
