/**
 * One function, one row: from a symbol and its module, as perf prints them, to a function, a tier and its visibility.
 */

import type { FunctionInfo, Tier } from '../profile.ts';
import { type JsSymbol, parseJsSymbol, parseRegExpSymbol, type RegExpSymbol } from './js-symbol.ts';
import { isJitModule, moduleIdentity, moduleName, nativeCategory, plainNative } from './native-symbol.ts';
import { coreModule, foldRelease, packageOf, plainPath, RELEASE_RULES, type ReleaseRule } from './source-path.ts';
import { builtinMethod, isPlumbing, nativeMethod } from './v8-builtin.ts';

export interface Identified {
  readonly fn: FunctionInfo;
  readonly tier: Tier;
  /** V8's entry and call stubs: dropped from view, never from sums. */
  readonly hidden: boolean;
}

export interface IdentityRules {
  /** Directories that differ between releases of one program; replaces the default rules. */
  readonly releases: readonly ReleaseRule[];
}

const DEFAULT_IDENTITY: IdentityRules = { releases: RELEASE_RULES };

/** What only JavaScript has. */
export const NOT_JS = { package: null, packageVersion: null, file: null, line: null, column: null } as const;

/**
 * Names this short come from a minifier, which uses them again and again on one line: only the column tells such
 * functions, and anonymous ones, apart. Longer names do without it: Node before 20 prints none.
 */
const MINIFIED_NAME = 2;

function identifyJs(js: JsSymbol, rules: IdentityRules): FunctionInfo {
  const resource = plainPath(js.resource);
  const core = coreModule(resource, js.column > 0);
  const path = core ?? (resource === '' ? null : foldRelease(resource, rules.releases));
  const place = core === undefined ? packageOf(resource) : undefined;
  const where = place === undefined ? (path ?? '') : `${place.name}/${place.inside}`;
  const column = js.name.length <= MINIFIED_NAME && js.column > 0 ? `:${js.column}` : '';
  // The whole file run as a function: CommonJS wrapper, ES module or script.
  const isModule =
    js.name === '' && js.line === 1 && (js.column === 1 || (js.column === 0 && js.kind !== 'JS')) && path;
  return {
    key: `js\t${where}\t${js.name}\t${js.line}${column}`,
    name: js.name !== '' ? js.name : isModule ? '(module)' : '(anonymous)',
    category: core !== undefined ? 'node' : place !== undefined ? 'dependency' : 'app',
    package: place?.name ?? null,
    packageVersion: place?.version ?? null,
    file: path,
    line: js.line || null,
    column: js.column || null,
    module: null,
  };
}

function identifyRegExp(regexp: RegExpSymbol): FunctionInfo {
  const name = `/${regexp.source}/${regexp.flags}`;
  return { ...NOT_JS, key: `regexp\t${regexp.source}`, name, category: 'regexp', module: null };
}

/** A builtin is the same whether the map names it (`Builtin:X`) or the node binary (`Builtins_X`). */
function identifyBuiltin(name: string): Identified {
  const fn: FunctionInfo = { ...NOT_JS, key: `v8\t${name}`, name: `Builtins_${name}`, category: 'v8', module: 'node' };
  return { fn, tier: 'none', hidden: isPlumbing(name) };
}

function identifyUnknown(module: string): FunctionInfo {
  const jit = isJitModule(module) || module === '[anon]';
  const known = module !== '' && module !== 'unknown' && module !== '[unknown]';
  const shown = jit ? 'jit' : known ? moduleName(module).replace(/^\[|\]$/g, '') : 'unknown';
  const kernel = known && nativeCategory('', module, moduleName(module)) === 'kernel';
  return {
    ...NOT_JS,
    key: `unknown\t${moduleIdentity(shown)}`,
    name: `[${shown}]`,
    category: kernel ? 'kernel' : 'unknown',
    module: known && !jit ? moduleName(module) : null,
  };
}

function identifyNative(symbol: string, dso: string): FunctionInfo {
  const module = isJitModule(dso) || dso === '' ? null : moduleName(dso);
  const name = plainNative(symbol);
  const category = nativeCategory(name, dso, module ?? '');
  const v8 = category === 'v8' || category === 'gc' || category === 'jit';
  // V8 is in the node binary or in libnode.so: its names are enough.
  return { ...NOT_JS, key: `${v8 ? 'v8' : moduleIdentity(module ?? 'jit')}\t${name}`, name, category, module };
}

/** `wasm-function[12]`, `wasm-function[12]-liftoff`, `Function:wasm-…`, `JS:*wasm …`: spellings of V8's wasm engine. */
const WASM = /^(?:(?:JS|Function|LazyCompile):[~^+*]?)?(?:wasm-function\[|wasm-to-js|js-to-wasm|WASM)/i;

/**
 * What perf's `symbol` in `module` is. `symbol` may still carry its `+0x` offset; `module` is the dso without its
 * parentheses. Pure and uncached: callers see few distinct texts and remember the answer.
 */
export function identify(
  symbol: string,
  module: string,
  rules: IdentityRules | undefined = DEFAULT_IDENTITY,
): Identified {
  const text = symbol.replace(/\+0x[0-9a-f]+$/, '');
  if (text === '' || text === '[unknown]') return { fn: identifyUnknown(module), tier: 'none', hidden: false };
  if (WASM.test(text)) {
    const name = text.replace(/^(?:JS|Function|LazyCompile):[~^+*]?/, '').replace(/-(?:liftoff|turbofan)$/, '');
    return {
      fn: { ...NOT_JS, key: `wasm\t${name}`, name, category: 'wasm', module: null },
      tier: 'none',
      hidden: false,
    };
  }
  const js = parseJsSymbol(text);
  if (js !== undefined) return { fn: identifyJs(js, rules), tier: js.tier, hidden: false };
  const regexp = parseRegExpSymbol(text);
  if (regexp !== undefined) return { fn: identifyRegExp(regexp), tier: 'none', hidden: false };
  const builtin = /^(?:Builtins_|Builtin:|Stub:|BytecodeHandler:)(.*)$/s.exec(text);
  if (builtin !== null) {
    return identifyBuiltin(text.startsWith('BytecodeHandler:') ? `${builtin[1]}Handler` : (builtin[1] as string));
  }
  return { fn: identifyNative(text, module), tier: 'none', hidden: false };
}

/** Builtins in C++: `v8::internal::Builtin_DateConstructor`, from Node 22 `v8::internal::Builtin_Impl_…`. */
const CPP_BUILTIN = /^v8::internal::Builtin_(?:Impl_)?(\w+)$/;

/** For "through JSON.parse": what a JavaScript programmer calls this native code, or its own name. */
export function throughName(fn: FunctionInfo): string {
  const builtin = CPP_BUILTIN.exec(fn.name)?.[1];
  if (builtin !== undefined) {
    const constructed = builtin.endsWith('Constructor') ? `new ${builtin.slice(0, -'Constructor'.length)}` : builtin;
    return builtinMethod(builtin) ?? constructed;
  }
  if (fn.category === 'gc') return 'garbage collection';
  if (fn.category === 'jit') return 'compilation';
  if (fn.category === 'regexp') return `RegExp ${fn.name}`;
  if (fn.module === null && fn.category !== 'v8') return fn.name;
  return nativeMethod(fn.name) ?? fn.name;
}

/** Whether a JavaScript programmer knows this code, which is none of a file of theirs, by `throughName`. */
export function isKnownByName(fn: FunctionInfo): boolean {
  return fn.category === 'node' || fn.category === 'regexp' || throughName(fn) !== fn.name;
}

/** The JavaScript name of a V8 builtin (`JSON.parse` for `Builtins_JsonParse`); null for all else. */
export function builtinName(fn: FunctionInfo): string | null {
  return fn.name.startsWith('Builtins_') ? (builtinMethod(fn.name.slice('Builtins_'.length)) ?? null) : null;
}
