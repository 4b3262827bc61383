/** From the text of a frame line to frames of the profile, with JIT names repaired. Once per distinct line. */

import { isJitModule } from '../identity/native-symbol.ts';
import type { JitMap } from '../jit/jit-map.ts';
import { type FrameLine, INLINED, inlinedSymbols } from './line.ts';
import { MAX_DSOS, type PerfSymbols } from './symbols.ts';

/** Maps by pid, as in the file name `perf-PID.map`. */
export type JitMaps = ReadonlyMap<number, JitMap>;

/** What a line adds to the accounting of generated code. `none` = not generated. Order: index of the counters. */
export const JIT_RESOLUTIONS = ['none', 'only', 'repaired', 'ambiguous', 'unresolved'] as const;
const [NONE, ONLY, REPAIRED, AMBIGUOUS, UNRESOLVED] = [0, 1, 2, 3, 4] as const;

export interface ResolvedLine {
  /** Frame ids, outermost first. */
  readonly frames: readonly number[];
  /** Index into `JIT_RESOLUTIONS`. */
  readonly resolution: number;
  /** Pid in the name of the map; 0 when the line has none. */
  readonly pid: number;
}

function isUnknown(symbol: string): boolean {
  return symbol === '' || symbol === '[unknown]';
}

/** What stands for a frame without a symbol: its file in brackets, like other collapsers print it. */
function unknownSymbol(dso: string): string {
  const file = dso.replace(/(?: ?\(deleted\))+$/, '').replace(/^.*\//s, '');
  return file === '' || file === '[unknown]' ? '[unknown]' : `[${file}]`;
}

/** What the name of a dso says; there are few, so each is looked at once. */
interface Dso {
  readonly isJit: boolean;
  /** In the name of a map; 0 for other files. */
  readonly mapPid: number;
  /** By symbol. */
  readonly frames: Map<string, readonly number[]>;
}

/** The pid in `(/tmp/perf-123.map)`; 0 for other files. */
function mapPid(dso: string): number {
  return Number(/(?:^|\/)perf-(\d{1,8})\.map$/.exec(dso)?.[1] ?? 0);
}

export class PerfFrames {
  private readonly symbols: PerfSymbols;
  private readonly maps: JitMaps;
  /** A line with a dso was seen. */
  sawDso = false;
  private readonly dsos = new Map<string, Dso>();

  constructor(symbols: PerfSymbols, maps: JitMaps) {
    this.symbols = symbols;
    this.maps = maps;
  }

  /** True for a frame without name and map: when its process still had a map, that of its process may name it. */
  dependsOnPid({ symbol, dso }: FrameLine): boolean {
    return this.maps.size > 0 && isUnknown(symbol) && /^(?:\[unknown\]|\/\/anon|\[anon.*)?$/.test(dso ?? '');
  }

  /** True when the address decides about the name: generated code, of which there are maps. */
  dependsOnAddress(symbol: string, dso: string): boolean {
    return this.maps.size > 0 && (this.dso(dso).isJit || this.dependsOnPid({ address: -1, symbol, dso }));
  }

  /** `pid` of the sample, for frames that depend on it; 0 when it is not known. */
  resolve(frame: FrameLine, pid: number): ResolvedLine {
    const { symbol, address } = frame;
    const dso = frame.dso ?? '';
    if (dso !== '') this.sawDso = true;
    const { isJit: jit, mapPid: named } = this.dso(dso);
    if (!jit && !this.dependsOnPid(frame)) return { frames: this.frames(symbol, dso), resolution: NONE, pid: 0 };
    const map = this.maps.get(named === 0 ? pid : named);
    if (map === undefined || address < 0) {
      const resolution = !jit ? NONE : isUnknown(symbol) ? UNRESOLVED : ONLY;
      return { frames: this.frames(symbol, dso), resolution, pid: named };
    }
    return { ...this.repaired(frame, map), pid: named };
  }

  /**
   * The newest entry of the map that covers the address: perf shows the oldest (docs/formats.md, "The repair rule").
   * A map does not say when an entry was written. With two functions at an address the older one is nearly always code
   * of the start that V8 threw away; with three or more, which of them ran is not known, and that is called ambiguous.
   */
  private repaired(frame: FrameLine, map: JitMap): Omit<ResolvedLine, 'pid'> {
    const { symbol: shown, address } = frame;
    const dso = frame.dso ?? '';
    const newest = map.resolve(address);
    if (newest === undefined) {
      // An address that no map covers and that perf cannot name either is not known to be generated code.
      const resolution = !isJitModule(dso) ? NONE : isUnknown(shown) ? UNRESOLVED : ONLY;
      return { frames: this.frames(shown, dso), resolution };
    }
    const frames = this.frames(newest.symbol, dso === '' || dso === '[unknown]' ? '[JIT]' : dso);
    if (newest.symbol === shown) return { frames, resolution: ONLY };
    return { frames, resolution: this.functionsAt(address, map, newest.offset) > 2 ? AMBIGUOUS : REPAIRED };
  }

  /** Distinct functions at an address, tiers of one function counted once; stops at three. */
  private functionsAt(address: number, map: JitMap, newestOffset: number): number {
    const keys = new Set<string>();
    for (let limit = newestOffset + 1; keys.size < 3; ) {
      const entry = map.resolve(address, limit);
      if (entry === undefined) break;
      keys.add(this.symbols.identify(entry.symbol, '[JIT]').fn.key);
      limit = entry.offset;
    }
    return keys.size;
  }

  private dso(dso: string): Dso {
    let known = this.dsos.get(dso);
    if (known === undefined) {
      known = { isJit: isJitModule(dso), mapPid: mapPid(dso), frames: new Map() };
      if (this.dsos.size < MAX_DSOS) this.dsos.set(dso, known);
    }
    return known;
  }

  private frames(symbol: string, dso: string): readonly number[] {
    const bySymbol = this.dso(dso).frames;
    const known = bySymbol.get(symbol);
    if (known !== undefined) return known;
    const frames = inlinedSymbols(symbol, dso).map((part, i) => {
      const name = isUnknown(part) ? unknownSymbol(dso) : part;
      const text = i === 0 || name.endsWith(INLINED) ? name : name + INLINED;
      return this.symbols.intern(part, dso, text);
    });
    bySymbol.set(symbol, frames);
    return frames;
  }
}
