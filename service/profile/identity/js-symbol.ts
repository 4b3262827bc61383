/** Reads the names that V8 gives to generated code in /tmp/perf-PID.map, Node 0.11 to 26. */
import type { Tier } from '../profile.ts';

/** A JavaScript function as V8 names it: `JS:*parse /srv/app.js:5:63`. */
export interface JsSymbol {
  readonly kind: string;
  readonly tier: Tier;
  /** Empty for an anonymous function. */
  readonly name: string;
  /** Path, URL, `node:…` or bare file as V8 prints it; empty for code without a file. */
  readonly resource: string;
  /** 0 where the symbol has none. */
  readonly line: number;
  readonly column: number;
}

/**
 * `LazyCompile:`, `Function:` up to Node 18, `JS:` from 20, `InterpretedFunction:` in 12 and 14.
 * Tier mark: `~ ^ + *`, `'` after it for context-specialised code (24+), `o` before it for on-stack replacement (26).
 * `JS::Call`, `Module::Evaluate` are C++.
 */
const PREFIX = /^(JS|LazyCompile|Function|InterpretedFunction|BaselineFunction|Script|Eval|Module):(?!:)(o?[~^+*]'?)?/;

const TIER_OF_MARK: Readonly<Record<string, Tier>> = {
  '~': 'interpreter',
  '^': 'baseline',
  '+': 'maglev',
  '*': 'turbofan',
};

/** `:12` or `:12:7` at the end. */
const POSITION = /:(\d{1,9})(?::(\d{1,9}))?$/;

/** Where the resource begins when the name before it may itself hold blanks: an absolute path or a URL. */
const RESOURCE_START = / (?=\/|(?:file|node|webpack|webpack-internal|evalmachine|https?|data|wasm|app):)/;

/** Splits `name resource`; the name may be empty, and both may hold blanks. */
function splitName(text: string): readonly [name: string, resource: string] {
  const start = RESOURCE_START.exec(text);
  if (start !== null) return [text.slice(0, start.index), text.slice(start.index + 1)];
  const blank = text.lastIndexOf(' ');
  if (blank >= 0) return [text.slice(0, blank), text.slice(blank + 1)];
  return /^(?:\/|node:|file:)|[^.]\.[cm]?[jt]sx?$/.test(text) ? ['', text] : [text, ''];
}

/** Undefined when this is not the name of a JavaScript function. */
export function parseJsSymbol(symbol: string): JsSymbol | undefined {
  const prefix = PREFIX.exec(symbol);
  if (prefix === null) return undefined;
  const kind = prefix[1] as string;
  const mark = (prefix[2] ?? '').replace(/^o/, '').charAt(0);
  let rest = symbol.slice(prefix[0].length);
  const position = POSITION.exec(rest);
  if (position !== null) rest = rest.slice(0, position.index);
  const [name, resource] = splitName(rest);
  return {
    kind,
    // No mark: Node 12's InterpretedFunction, or the only compiler of Node 0.11, which did not optimise either.
    tier: TIER_OF_MARK[mark] ?? (kind === 'BaselineFunction' ? 'baseline' : 'interpreter'),
    name,
    resource: resource.replace(/^native /, ''),
    line: Number(position?.[1] ?? 0),
    column: Number(position?.[2] ?? 0),
  };
}

/** Source and flags of a compiled regular expression. */
export interface RegExpSymbol {
  readonly source: string;
  readonly flags: string;
}

/** `RegExp:a+b` up to Node 25, `RegExp.< src: 'a+b' flags: ''` in 26. */
export function parseRegExpSymbol(symbol: string): RegExpSymbol | undefined {
  if (symbol.startsWith('RegExp:')) return { source: symbol.slice(7), flags: '' };
  const spelled = /^RegExp\.?<? ?src: '(.*)' flags: '([a-z]*)'/s.exec(symbol);
  return spelled === null ? undefined : { source: spelled[1] as string, flags: spelled[2] as string };
}
