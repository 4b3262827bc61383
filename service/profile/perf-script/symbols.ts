/**
 * Distinct frames of a `perf script` text, as perf spells them. Which functions they are is worked out when the text is
 * over: once, in one thread, and not at all where only the spelling is wanted.
 */
import { type Identified, type IdentityRules, identify, NOT_JS } from '../identity/identity.ts';
import { isJitModule, moduleName } from '../identity/native-symbol.ts';
import type { FunctionInfo } from '../profile.ts';
import type { ProfileBuilder } from '../profile-builder.ts';

export interface PerfSymbol {
  /** As the map or the program's symbol table has it; empty where perf knows none. */
  readonly symbol: string;
  readonly dso: string;
  /** What stands in the frame table for it. */
  readonly text: string;
}

/** Of which something is remembered: names of anonymous memory may carry an address, and are many. */
export const MAX_DSOS = 10_000;

/** Dsos under which the same symbol is the same frame: each process has its own map. */
function sharedDso(dso: string): string {
  if (isJitModule(dso)) return '[JIT]';
  const module = moduleName(dso);
  return module === '[anon]' ? module : dso;
}

/** For a symbol that is not looked into: a function by its spelling. */
function asSpelled({ symbol, dso, text }: PerfSymbol): FunctionInfo {
  return { ...NOT_JS, key: `symbol\t${dso}\t${symbol}\t${text}`, name: text, category: 'unknown', module: null };
}

export class PerfSymbols {
  /** The index is the id of the frame. */
  readonly list: PerfSymbol[] = [];
  /** Ids by dso, then by symbol and text. Dsos that share their symbols share a map. */
  private readonly byDso = new Map<string, Map<string, number>>();
  private readonly rules: IdentityRules | undefined;

  constructor(rules: IdentityRules | undefined) {
    this.rules = rules;
  }

  /** Id of this frame. */
  intern(symbol: string, dso: string, text: string): number {
    // Where the text is the symbol, this string is not made, and was hashed before.
    const key = text === symbol ? symbol : `${symbol}\n${text}`;
    const ids = this.idsOf(dso);
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, this.list.length);
    return this.list.push({ symbol, dso, text }) - 1;
  }

  private idsOf(dso: string): Map<string, number> {
    const known = this.byDso.get(dso);
    if (known !== undefined) return known;
    const shared = sharedDso(dso);
    const ids = this.byDso.get(shared) ?? new Map<string, number>();
    this.byDso.set(shared, ids);
    if (this.byDso.size < MAX_DSOS) this.byDso.set(dso, ids);
    return ids;
  }

  identify(symbol: string, dso: string): Identified {
    return identify(symbol, dso, this.rules);
  }

  /** Adds the frames that were seen since the last call, in the order of their ids. `builder` must have no others. */
  addTo(builder: ProfileBuilder, identified: boolean): void {
    for (let id = builder.frameCount; id < this.list.length; id++) {
      const seen = this.list[id] as PerfSymbol;
      if (identified) {
        const { fn, tier, hidden } = this.identify(seen.symbol, seen.dso === 'inlined' ? '' : seen.dso);
        builder.addFrame(builder.internFunction(fn), tier, seen.text, hidden);
      } else builder.addFrame(builder.addFunction(asSpelled(seen)), 'none', seen.text, false);
    }
  }
}
