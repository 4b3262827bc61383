/**
 * From the name that a compiler gives to a function to the one that a programmer knows, as perf prints it: without
 * parameters, and without what was added to the name (`.part.0`, `@@GLIBCXX_3.4`).
 */
import { boundsOfOneName, type DemanglingBounds, spend } from './bounds.ts';
import { parseCpp } from './cpp/names.ts';
import { printCpp } from './cpp/printer.ts';
import { demangleRustLegacy } from './rust/legacy.ts';
import { demangleRustV0 } from './rust/v0.ts';

/** The longest names of node, LLVM and rustc have 790, 950 and 1,222 characters. */
const MAX_INPUT = 20_000;
/** perf adds this to the name of the function that a stub of the linker jumps to. */
const STUB = '@plt';

function read(symbol: string, bounds: DemanglingBounds): string {
  spend(bounds, symbol.length);
  if (symbol.startsWith('_R')) return demangleRustV0(symbol, bounds);
  return demangleRustLegacy(symbol, bounds.maxLength) ?? printCpp(parseCpp(symbol), bounds);
}

/**
 * `_ZN2v88internal4Heap11AllocateRawEi` → `v8::internal::Heap::AllocateRaw`. Names of C++ (Itanium ABI) and Rust; any
 * other is returned as it is, as are those that `bounds` have no room for. Never throws.
 */
export function demangle(symbol: string, bounds: DemanglingBounds = boundsOfOneName()): string {
  // macOS writes one more underscore.
  const plain = symbol.startsWith('__Z') || symbol.startsWith('__R') ? symbol.slice(1) : symbol;
  if (!/^_(?:Z|R|GLOBAL_)/.test(plain) || plain.length > MAX_INPUT) return symbol;
  try {
    return plain.endsWith(STUB) ? read(plain.slice(0, -STUB.length), bounds) + STUB : read(plain, bounds);
  } catch {
    // Not such a name after all, or too complex.
    return symbol;
  }
}
