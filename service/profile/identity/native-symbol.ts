/** Names of machine code: programs, libraries, kernel, and what the node binary holds of V8. */
import { alternatives } from '../../shared/text/alternatives.ts';
import type { Category } from '../profile.ts';

/**
 * Suffixes that compilers and linkers add to one and the same function, .NET's tiers, and the offset that perf adds.
 */
const DECORATIONS = alternatives(
  /\+0x[0-9a-f]+/,
  /\[(?:PreJIT|ReadyToRun|MinOptJitted|QuickJitted|(?:Optimized|Instrumented)(?:Tier[01]\w*)?|Tier[01]\w*)\]/,
  /@@?[A-Za-z][\w.]*|\.(?:isra|constprop|part|cold|llvm|lto_priv|localalias|clone)(?:\.\d+)*/,
  / ?\[(?:clone )[^\]]*\]|@plt|::h[0-9a-f]{16}/,
);
const DECORATION = new RegExp(`(?:${DECORATIONS})$`);

/** `Process.isra.0+0x1f` → `Process`. */
export function plainNative(symbol: string): string {
  let text = symbol;
  // Most names have no decoration, and trying all of them at each place of a long name takes time.
  if (!/[@.\]+]|::h/.test(text)) return foldJava(dropArguments(text));
  for (let next = text.replace(DECORATION, ''); next !== text && next !== ''; next = text.replace(DECORATION, ''))
    text = next;
  return foldJava(dropArguments(text));
}

/** Lambdas, accessors and proxies that the JVM numbers anew in each run. */
function foldJava(name: string): string {
  if (!/\$|Accessor/.test(name) && !name.includes('LambdaForm')) return name;
  return name
    .replace(/\$\$Lambda[$.]\d+(?:[/.]0x[0-9a-f]+)?/g, '$$$$Lambda')
    .replace(/(Generated(?:Method|Constructor|SerializationConstructor)Accessor|\$Proxy)\d+/g, '$1')
    .replace(/LambdaForm\$(MH|DMH|BMH|VH)(?:[/.]0x[0-9a-f]+|\d+)/g, 'LambdaForm$$$1');
}

/**
 * Drops a C++ argument list at the end: `f(int) const` → `f`. Keeps what only looks like one: Go's `(*T).M`,
 * `(anonymous namespace)::f`, `operator()`, `{lambda(int)#1}`, casts inside template arguments.
 */
function dropArguments(name: string): string {
  const tail = /(?: const| volatile| &&?| noexcept)*$/.exec(name) as RegExpExecArray;
  let end = tail.index;
  if (name[end - 1] !== ')') return name;
  let depth = 0;
  for (end--; end >= 0; end--) {
    if (name[end] === ')') depth++;
    else if (name[end] === '(' && --depth === 0) break;
  }
  const head = name.slice(0, Math.max(end, 0));
  if (head === '' || head.endsWith('operator') || /[.\s]$/.test(head)) return name;
  return head;
}

/**
 * Texts have few files and many symbols: what these functions say of a file is worked out once. Bounded, as names may
 * hold addresses.
 */
const MAX_REMEMBERED = 2000;

function remembered<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const answer = known.get(text);
    if (answer !== undefined) return answer;
    const fresh = work(text);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(text, fresh);
    return fresh;
  };
}

/** `libc-2.31.so` and `libc.so.6` are the same library; so are `node` and `nodejs (deleted)`. */
export const moduleIdentity: (module: string) => string = remembered((module) =>
  module
    .replace(/-\d[\d.]*(?=\.so)/, '')
    .replace(/\.so(?:\.[\d.]+)?$/, '.so')
    .replace(/^nodejs$/, 'node'),
);

/** The file of a dso as perf prints it: `/usr/lib/libc.so.6 (deleted)` → `libc.so.6`. Pids go. */
export const moduleName: (dso: string) => string = remembered((dso) => {
  const path = dso.replace(/(?: ?\(deleted\))+$/, '').trim();
  if (/^\[(?:guest\.)?kernel/.test(path) || /\/vmlinu[xz][^/]*$/.test(path) || path === 'vmlinux') return '[kernel]';
  if (/^\/?\/?anon\b|^\[anon|^anon_inode|^\/dev\/zero|^\/memfd:|^\/SYSV/.test(path)) return '[anon]';
  if (path.startsWith('bpf_prog_') || path === '[bpf]') return '[bpf]';
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.ko(?:\.[gx]z|\.zst)?$/, '.ko');
});

/** `/tmp/perf-123.map`, `[JIT] tid 123`, `jitted-123-4.so`, `jit-123.dump`: code that a runtime generated. */
export const isJitModule: (dso: string) => boolean = remembered((dso) =>
  /(?:^|\/)(?:perf-\d+\.map|jitted-\d+-\d+\.so|jit-\d+\.dump)(?: \(deleted\))?$|^\[JIT\]/.test(dso),
);

/** Brackets that are not kernel modules. */
const USER_PSEUDO = /^\[(?:vdso|vsyscall|vvar|heap|stack|anon|unknown|uprobes|JIT)/;

function isKernel(dso: string, module: string): boolean {
  if (module === '[kernel]' || module === '[bpf]' || module.endsWith('.ko')) return true;
  return /^\[[\w-]+\]$/.test(dso) && !USER_PSEUDO.test(dso);
}

/** V8's collectors, in the spelling of Node 12 to 26. */
const GC_NAMES = alternatives(
  /Heap\b|\w*Scaveng|MarkCompact|Marking|MinorMark|MinorMS|MajorGC|ConcurrentMark|\w*Sweeper|\w*Evacuat/,
  /IncrementalMark|GCTracer|Mark|Pointers?Updat|RememberedSet|GlobalHandles|WeakObjects|LiveObject/,
  /YoungGeneration|PagedSpace|NewSpace|SemiSpace|FreeList|MemoryAllocator|MemoryReducer|Unmarker/,
  /HeapVisitor|StressScav|ArrayBufferSweeper|StringForwarding|ExternalStringTable|Slots?et|SlotSet/,
  /BasicMemoryChunk|GCExtension|ObjectStats|FullMarkingVisitor|Unified/,
);
const GC = new RegExp(
  `\\b(?:v8::internal::|cppgc::|heap::base::)(?:\\(anonymous namespace\\)::)?(?:${GC_NAMES})|` +
    'ScavengeVisitor|MarkingVisitor|\\bcppgc::internal::|SweepFunction|\\bGarbageCollect|CollectGarbage',
);

/** V8's compilers: parser, bytecode generator, Sparkplug, Maglev, TurboFan, Turboshaft, WebAssembly. */
const JIT_NAMES = alternatives(
  /compiler|maglev|baseline/,
  /interpreter::(?:Bytecode\w*(?:Generator|Builder|Writer|Optimizer|Labels?))/,
  /interpreter::(?:Interpreter(?:Compilation)|Constant|Register)/,
  /turboshaft|Compiler|\w*Compilation|Optimiz|Parser|PreParser|ParserBase|Scanner|ParseInfo|AstValue|AstRaw/,
  /Ast|DeclarationScope|Scope|Zone|Lazy(?:Compile)|RegExpCompil|RegExpMacro|RegExpBytecode|MacroAssembler/,
  /Assembler|TurboAssembler|Turbofan|BaselineBatch|Tiering|wasm::\w*(?:Compil|Liftoff|TurboFan|Decoder)/,
  /Builtin_?CompileLazy|Runtime_(?:Compile|Install|Tier)/,
);
const JIT = new RegExp(
  `\\bv8::internal::(?:\\(anonymous namespace\\)::)?(?:${JIT_NAMES})|` +
    'ParserBase<|BaselineCompiler|MaglevGraph|LiftoffCompiler',
);

/**
 * Category of native or kernel code. `symbol` is plain; `dso` as perf prints it.
 * Compiled WebAssembly is recognised before, by its symbol.
 */
export function nativeCategory(symbol: string, dso: string, module: string): Category {
  if (isKernel(dso, module)) return 'kernel';
  if (symbol.startsWith('Builtins_')) return 'v8';
  if (/\bv8::|\bcppgc::|\bheap::base::/.test(symbol)) {
    if (GC.test(symbol)) return 'gc';
    if (JIT.test(symbol)) return 'jit';
    return /^v8::(?!internal)|\bv8::internal\b|\bv8::(?:base|platform|bigint)/.test(symbol) && !/^node::/.test(symbol)
      ? 'v8'
      : 'native';
  }
  return 'native';
}
