/** What the tests of the `perf script` importer share. */
import { exportFolded, type FoldedOptions } from '../../service/profile/folded/export-folded.ts';
import { type PerfOptions, PerfScriptParser } from '../../service/profile/perf-script/import-perf.ts';
import type { Profile } from '../../service/profile/profile.ts';

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Parses a text, or bytes, in pieces of `piece` bytes. */
export function parse(text: string | Uint8Array, options: PerfOptions = {}, piece = Number.POSITIVE_INFINITY): Profile {
  const parser = new PerfScriptParser(options);
  const bytes = typeof text === 'string' ? bytesOf(text) : text;
  for (let at = 0; at < bytes.length; at += piece) parser.write(bytes.subarray(at, at + piece));
  return parser.finish();
}

export function fold(profile: Profile, options: FoldedOptions = {}): string {
  return Buffer.concat([...exportFolded(profile, options)]).toString();
}

/** Folded lines of a text, all events of the idle CPU included. */
export function folded(text: string | Uint8Array, options: PerfOptions = {}, piece?: number): string[] {
  return fold(parse(text, { dropIdle: false, ...options }, piece))
    .split('\n')
    .filter((line) => line !== '');
}
