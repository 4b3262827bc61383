/** From the text of a frame line to frames of the profile, with JIT names repaired. Once per distinct line. */
import { type Identified, type IdentityRules, identify } from './identity.ts';
import type { JitMap } from './jit-map.ts';
import { isJitModule } from './native-symbol.ts';
import { type FrameLine, inlinedSymbols } from './perf-line.ts';
import type { ProfileBuilder } from './profile-builder.ts';

/** Maps by pid, as in the file name `perf-PID.map`. */
export type JitMaps = ReadonlyMap<number, JitMap>;

/** What a line contributes to the JIT ledger. `none` = not generated code. Order: index in the ledger's counters. */
export const JIT_FATES = ['none', 'only', 'repaired', 'ambiguous', 'unresolved'] as const;
const [NONE, ONLY, REPAIRED, AMBIGUOUS, UNRESOLVED] = [0, 1, 2, 3, 4] as const;

export interface ResolvedLine {
  /** Frame ids, outermost first. */
  readonly frames: readonly number[];
  /** Index into `JIT_FATES`. */
  readonly fate: number;
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

/** The pid in `(/tmp/perf-123.map)`; 0 for other files. */
function mapPid(dso: string): number {
  return Number(/(?:^|\/)perf-(\d{1,8})\.map$/.exec(dso)?.[1] ?? 0);
}

export class PerfFrames {
  private readonly builder: ProfileBuilder;
  private readonly rules: IdentityRules | undefined;
  private readonly maps: JitMaps;
  /** A line with a dso was seen. */
  sawDso = false;
  private readonly bySymbol = new Map<string, readonly number[]>();

  constructor(builder: ProfileBuilder, maps: JitMaps, rules: IdentityRules | undefined) {
    this.builder = builder;
    this.maps = maps;
    this.rules = rules;
  }

  /** True for a frame without name and map: when its process still had a map, that of its process may name it. */
  dependsOnPid({ symbol, dso }: FrameLine): boolean {
    return this.maps.size > 0 && isUnknown(symbol) && /^(?:\[unknown\]|\/\/anon|\[anon.*)?$/.test(dso ?? '');
  }

  /** `pid` of the sample, for frames that depend on it; 0 when it is not known. */
  resolve(frame: FrameLine, pid: number): ResolvedLine {
    const { symbol, address } = frame;
    const dso = frame.dso ?? '';
    if (dso !== '') this.sawDso = true;
    const jit = isJitModule(dso);
    if (!jit && !this.dependsOnPid(frame)) return { frames: this.frames(symbol, dso), fate: NONE, pid: 0 };
    const named = mapPid(dso);
    const map = this.maps.get(named === 0 ? pid : named);
    if (map === undefined || address < 0) {
      const fate = !jit ? NONE : isUnknown(symbol) ? UNRESOLVED : ONLY;
      return { frames: this.frames(symbol, dso), fate, pid: named };
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
      const fate = !isJitModule(dso) ? NONE : isUnknown(shown) ? UNRESOLVED : ONLY;
      return { frames: this.frames(shown, dso), fate };
    }
    const frames = this.frames(newest.symbol, dso === '' || dso === '[unknown]' ? '[JIT]' : dso);
    if (newest.symbol === shown) return { frames, fate: ONLY };
    return { frames, fate: this.functionsAt(address, map, newest.offset) > 2 ? AMBIGUOUS : REPAIRED };
  }

  /** Distinct functions at an address, tiers of one function counted once; stops at three. */
  private functionsAt(address: number, map: JitMap, newestOffset: number): number {
    const keys = new Set<string>();
    for (let limit = newestOffset + 1; keys.size < 3; ) {
      const entry = map.resolve(address, limit);
      if (entry === undefined) break;
      keys.add(this.identify(entry.symbol, '[JIT]').fn.key);
      limit = entry.offset;
    }
    return keys.size;
  }

  private identify(symbol: string, dso: string): Identified {
    return this.rules === undefined ? identify(symbol, dso) : identify(symbol, dso, this.rules);
  }

  private frames(symbol: string, dso: string): readonly number[] {
    const key = `${symbol}\n${dso}`;
    const known = this.bySymbol.get(key);
    if (known !== undefined) return known;
    const frames = inlinedSymbols(symbol, dso).map((part) => {
      const { fn, tier, hidden } = this.identify(part, dso === 'inlined' ? '' : dso);
      const text = isUnknown(part) ? unknownSymbol(dso) : part;
      return this.builder.internFrame(this.builder.internFunction(fn), tier, text, hidden);
    });
    this.bySymbol.set(key, frames);
    return frames;
  }
}
