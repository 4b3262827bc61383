/** Names of the code of files, from captures in which perf has not demangled them. */
import type { DemanglingBounds } from '../demangle/bounds.ts';
import { demangle } from '../demangle/demangle.ts';
import { moduleName, nativeCategory } from '../identity/native-symbol.ts';

/** As long as the script sends names that perf has demangled: instances of C++ templates can be several kB long. */
const MAX_NAME = 300;
const CUT = '...';
/**
 * Bounds the time of a hostile capture to some seconds. A real one has some 3,000 names of 100 characters, and each
 * takes about twice its length: a tenth of this.
 */
const MAX_STEPS = 8_000_000;

export class NativeNames {
  private readonly known = new Map<string, string>();
  private readonly bounds: DemanglingBounds = { maxLength: MAX_NAME + 1, steps: MAX_STEPS };

  /** perf leaves the kernel's names as they are, too. */
  of(symbol: string, module: string): string {
    if (!symbol.startsWith('_') || nativeCategory('', module, moduleName(module)) === 'kernel') return symbol;
    const known = this.known.get(symbol);
    if (known !== undefined) return known;
    const whole = demangle(symbol, this.bounds);
    const name = whole.length > MAX_NAME ? whole.slice(0, MAX_NAME - CUT.length) + CUT : whole;
    this.known.set(symbol, name);
    return name;
  }
}
