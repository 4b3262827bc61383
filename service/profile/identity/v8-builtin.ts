/** V8's builtins: which are only how JavaScript is entered and run, and how people call the others. */
import { alternatives } from '../../shared/text/alternatives.ts';

/**
 * Builtins that stand between a JavaScript function and its own work: entries, call and construct stubs, the exit to
 * C++, and the bodies of interpreter and Sparkplug operations. Time in them is time of the function that called.
 */
const PLUMBING = [
  /Entry(?:$|_|Trampoline)/, // JSEntry, CEntry_Return1_…, InterpreterEntryTrampoline, DeoptimizationEntry_Eager
  /Trampoline(?:$|_)/, // ArgumentsAdaptorTrampoline, ResumeGeneratorTrampoline, LoadICTrampoline
  /^(?:Call|Construct)(?:$|_|Function|BoundFunction|Varargs|With|Proxy|Forward|FunctionForward)/,
  /^CallApi(?:Callback|Getter)/,
  /^JS(?:ConstructStub|BuiltinsConstructStub)/,
  /^(?:Interpreter|Baseline)(?!.*IC$)/, // InterpreterPushArgsThenCall, BaselineOutOfLinePrologue, BaselineLeaveFrame
  /^(?:AdaptorWithBuiltinExitFrame|AdaptorWithExitFrame|CompileLazy|HandleApiCall|InstantiateAsmJs)/,
  /^Function(?:PrototypeCall|PrototypeApply)$|^Reflect(?:Apply|Construct)$/,
  /^(?:Maglev|Turbofan|Optimized)\w*(?:Prologue|OnStackReplacement|Interrupt)/,
  /(?:Wide)?Handler$/, // LdaNamedPropertyHandler: one bytecode of an interpreted function
  /_Baseline(?:_|$)/, // Add_Baseline: one operation of a Sparkplug function
];

/** Code stubs of the V8 of Node 0.10 to 8. */
const OLD_STUB = /^Stub:(?:JSEntry|CEntry|JSConstructEntry|CallFunction|CallConstruct|ArgumentsAdaptor)/;

/** `name` is the builtin without `Builtins_` or `Builtin:`. */
export function isPlumbing(name: string): boolean {
  return PLUMBING.some((pattern) => pattern.test(name)) || OLD_STUB.test(name);
}

const CLASSES =
  'TypedArray|ArrayBuffer|SharedArrayBuffer|AsyncGenerator|Generator|DataView|WeakMap|WeakSet|WeakRef|BigInt|' +
  'Array|String|RegExp|Object|Function|Promise|Number|Boolean|Symbol|Map|Set|Date|Math|JSON|Reflect|Proxy|Error|' +
  'Atomics|Iterator|Global';
const PROTOTYPE_METHOD = new RegExp(`^(${CLASSES})Prototype([A-Z]\\w*)$`);
const STATIC_METHOD = new RegExp(
  '^(Object(?:Keys|Values|Entries|Assign|Create|Freeze|FromEntries|DefineProperty|DefineProperties|' +
    'GetOwnPropertyNames|GetOwnPropertyDescriptor|GetPrototypeOf|SetPrototypeOf|Is)' +
    '|Array(?:From|Of|IsArray)|Promise(?:All|AllSettled|Any|Race|Resolve|Reject)|Math\\w+|Date(?:Now|Parse|UTC)|' +
    'Number(?:ParseInt|ParseFloat|IsInteger|IsSafeInteger)|String(?:FromCharCode|FromCodePoint|Raw)|Reflect\\w+|' +
    'Atomics\\w+)$',
);

/** Fast paths whose names do not say which method they are part of. First match wins. */
const BUILTIN_PARTS: readonly (readonly [RegExp, string])[] = [
  [/^Json?Parse|^JSONParse/i, 'JSON.parse'],
  [/^JsonStringify/i, 'JSON.stringify'],
  [
    /^(?:ArrayTimSort|SortCompare|MergeAt|Gallop(?:Left|Right)|ArrayMergeSort|BinaryInsertionSort|Copy$)/,
    'Array.prototype.sort',
  ],
  [/^ArrayFilter/, 'Array.prototype.filter'],
  [/^ArrayMap/, 'Array.prototype.map'],
  [/^ArrayForEach/, 'Array.prototype.forEach'],
  [/^ArrayReduceRight/, 'Array.prototype.reduceRight'],
  [/^ArrayReduce/, 'Array.prototype.reduce'],
  [/^ArrayIncludes/, 'Array.prototype.includes'],
  [/^ArrayIndexOf/, 'Array.prototype.indexOf'],
  [/^ArrayFindIndex/, 'Array.prototype.findIndex'],
  [/^ArrayFind/, 'Array.prototype.find'],
  [/^ArraySome/, 'Array.prototype.some'],
  [/^ArrayEvery/, 'Array.prototype.every'],
  [/^RegExpReplace/, 'String.prototype.replace'],
  [/^RegExpSplit/, 'String.prototype.split'],
  [/^RegExpMatchAll|^RegExpStringIterator/, 'String.prototype.matchAll'],
  [/^RegExpMatch/, 'String.prototype.match'],
  [/^RegExpPrototypeTest/, 'RegExp.prototype.test'],
  [/^RegExp(?:Prototype)?Exec/, 'RegExp.exec'],
  [/^StringAdd/, 'string concatenation'],
  [/^String(?:LessThan|GreaterThan|Equal)/, 'string comparison'],
  [/^SubString|^StringSubstring/, 'String.prototype.substring'],
  [/^StringIndexOf/, 'String.prototype.indexOf'],
  [/^FindOrderedHashMap|^(?:OrderedHash)?MapPrototype/, 'Map lookup'],
  [/^FindOrderedHashSet/, 'Set lookup'],
];

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** `ArrayPrototypePush` → `Array.prototype.push`; undefined for internals that no one calls by name. */
export function builtinMethod(name: string): string | undefined {
  const method = PROTOTYPE_METHOD.exec(name);
  if (method !== null && method[1] === 'RegExp' && method[2] === 'Exec') return 'RegExp.exec';
  if (method !== null) return `${method[1]}.prototype.${lowerFirst(method[2] as string)}`;
  const statics = STATIC_METHOD.exec(name);
  if (statics !== null) {
    const cls = new RegExp(`^(?:${CLASSES})`).exec(name)?.[0] ?? '';
    return `${cls}.${lowerFirst(name.slice(cls.length))}`;
  }
  return BUILTIN_PARTS.find(([pattern]) => pattern.test(name))?.[1];
}

/** C++ below a JavaScript call, by the function that JavaScript sees. First match wins. */
const NATIVE_PARTS: readonly (readonly [RegExp, string])[] = [
  [/\bv8::internal::(?:JsonParser|JsonParseInternalizer)|\bv8::JSON::Parse|Builtin_(?:Impl_)?JsonParse/, 'JSON.parse'],
  [
    /\bv8::internal::(?:JsonStringif|FastJsonStringif)|\bv8::JSON::Stringify|Builtin_(?:Impl_)?JsonStringify/,
    'JSON.stringify',
  ],
  [
    new RegExp(
      alternatives(
        /\bv8::internal::(?:RegExpImpl|RegExp::|IrregexpInterpreter|NativeRegExpMacroAssembler|RegExpGlobal)/,
        /\bv8::internal::(?:experimental_regexp|Runtime_RegExp|RegExpUtils)/,
      ),
    ),
    'RegExp.exec',
  ],
  [
    /\bv8::internal::(?:Runtime_StringReplace|StringReplace|CompiledReplacement|ReplacementStringBuilder)/,
    'String.prototype.replace',
  ],
  [/\bv8::internal::(?:Value(?:De)?[sS]erializer|ValueDeserializer)/, 'structuredClone'],
  [/\bv8::internal::(?:String::(?:SlowFlatten|Flatten|WriteToFlat))/, 'string flattening'],
  [/\bv8::bigint::|\bv8::internal::(?:Mutable)?BigInt/, 'BigInt'],
  [
    new RegExp(
      alternatives(
        /\bnode::crypto::(\w*?)(?:Traits|Job|Config)?::/,
        /^(?:EVP_|SHA\d|sha\d|aes|AES|RSA_|EC_|ec_|bn_|BN_|ossl_|ChaCha|chacha|poly1305|blake|ecp_)/,
        /^(?:gcm_|ASN1_|MD5|md5_|HMAC|PKCS5_)/,
      ),
    ),
    'crypto',
  ],
  [/^(?:SSL_|ssl_|ssl3_|tls_|tls1)/, 'tls'],
  [
    new RegExp(
      alternatives(
        /\bnode::zlib|\bZlibStream/,
        /^(?:deflate|inflate|longest_match|crc32|adler32|compress_block|fill_window|slide_hash|insert_string)/,
        /^(?:gz_|Cr_z_|chunk)/,
      ),
    ),
    'zlib',
  ],
  [/^Brotli|\bbrotli/, 'zlib (brotli)'],
  [/^(?:ZSTD|HUF|FSE)_/, 'zlib (zstd)'],
  [/^llhttp|\bnode::\(anonymous namespace\)::Parser/, 'HTTP parser'],
  [/\bnode::StringBytes|\bnode::Buffer|\bsimdutf::|\bnode::encoding_binding/, 'Buffer conversion'],
  [/\bv8::String::Write/, 'Buffer conversion'],
  [/\bada::/, 'URL'],
  [/\bnode::fs::|^uv_fs_|^uv__fs_/, 'fs'],
  [/\bnode::sqlite::|^sqlite3/, 'sqlite'],
  [/\bicu_\d+::|\bv8::internal::(?:Intl|JSDateTimeFormat|JSNumberFormat|JSCollator)/, 'Intl'],
  [/\bnode::cares_wrap|^ares_/, 'dns'],
];

/** What JavaScript calls the native code of this name; undefined where it has no name there. */
export function nativeMethod(name: string): string | undefined {
  if (name.startsWith('Builtins_')) return builtinMethod(name.slice('Builtins_'.length));
  return NATIVE_PARTS.find(([pattern]) => pattern.test(name))?.[1];
}
