import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtinName, identify, throughName } from '../../../service/profile/identity/identity.ts';
import { releaseDirectory } from '../../../service/profile/identity/source-path.ts';
import type { Tier } from '../../../service/profile/profile.ts';

const JIT = '/tmp/perf-7.map';
const NODE = '/usr/bin/node';
const key = (symbol: string, module = JIT) => identify(symbol, module).fn.key;

const SPELLINGS: readonly (readonly [symbol: string, tier: Tier])[] = [
  ['InterpretedFunction:parse /srv/app.js:29', 'interpreter'], // Node 12, 14
  ['LazyCompile:*parse /srv/app.js:29', 'turbofan'], // 12 to 18
  ['LazyCompile:~parse /srv/app.js:29', 'interpreter'],
  ['Function:^parse /srv/app.js:29', 'baseline'], // 16, 18
  ['Function:~parse /srv/app.js:29', 'interpreter'],
  ['JS:*parse /srv/app.js:29:13', 'turbofan'], // 20 and later
  ['JS:^parse /srv/app.js:29:13', 'baseline'],
  ['JS:~parse /srv/app.js:29:13', 'interpreter'],
  ['JS:+parse /srv/app.js:29:13', 'maglev'], // 22 and later
  ["JS:*'parse /srv/app.js:29:13", 'turbofan'], // 24
  ["JS:+'parse /srv/app.js:29:13", 'maglev'],
  ['JS:o+parse /srv/app.js:29:13', 'maglev'], // 26
  ['JS:o*parse /srv/app.js:29:13', 'turbofan'],
  ['JS:*parse /srv/app.js:29:13+0x1e6', 'turbofan'],
  ['JS:*parse file:///srv/app.js:29:13', 'turbofan'],
];
for (const [symbol, tier] of SPELLINGS) {
  test(`${symbol} is parse of /srv/app.js in tier ${tier}`, () => {
    const found = identify(symbol, JIT);
    assert.equal(found.fn.key, key('JS:*parse /srv/app.js:29:13'));
    assert.equal(found.tier, tier);
    assert.deepEqual(
      [found.fn.name, found.fn.file, found.fn.line, found.fn.category],
      ['parse', '/srv/app.js', 29, 'app'],
    );
  });
}

const PLACES: readonly (readonly [symbol: string, name: string, file: string | null, line: number])[] = [
  ['JS:* /srv/app.js:5:63', '(anonymous)', '/srv/app.js', 5],
  ['JS:* app2.js:5:63', '(anonymous)', 'app2.js', 5],
  ['JS:~ /srv/app.js:1:1', '(module)', '/srv/app.js', 1],
  ['JS:~ :1:20', '(anonymous)', null, 1],
  ['JS:*fn_1502 :3:25', 'fn_1502', null, 3],
  ['JS:*get total /srv/app.js:5:63', 'get total', '/srv/app.js', 5],
  ['JS:*#priv /srv/my app (1)/x.js:5:63', '#priv', '/srv/my app (1)/x.js', 5],
  ['JS:*my fn file:///srv/my%20app/x.mjs?v=2:5:63', 'my fn', '/srv/my app/x.mjs', 5],
  ['LazyCompile:~body_0 evalmachine.<anonymous>:1', 'body_0', 'evalmachine.<anonymous>', 1],
  ['JS:*f webpack-internal:///./src/a.ts:5:63', 'f', 'webpack-internal:///./src/a.ts', 5],
];
for (const [symbol, name, file, line] of PLACES) {
  test(`${symbol} is ${name} in ${file}`, () => {
    const { fn } = identify(symbol, JIT);
    assert.deepEqual([fn.name, fn.file, fn.line], [name, file, line]);
  });
}

test('Node core is one module in every spelling', () => {
  for (const symbol of [
    'JS:*emit node:events:471:44',
    'LazyCompile:*emit events.js:471',
    'LazyCompile:~emit native events.js:471',
  ]) {
    const { fn } = identify(symbol, JIT);
    assert.deepEqual([fn.file, fn.category], ['node:events', 'node'], symbol);
  }
  assert.equal(identify('JS:*emit events.js:471:44', JIT).fn.category, 'app');
  assert.equal(
    identify('LazyCompile:*x internal/process/task_queues.js:64', JIT).fn.file,
    'node:internal/process/task_queues',
  );
});

test('anonymous functions and minified ones of one line are told apart by their column', () => {
  assert.notEqual(key('JS:* /srv/app.js:5:63'), key('JS:* /srv/app.js:5:99'));
  assert.notEqual(key('JS:*e /srv/bundle.js:1:63'), key('JS:*e /srv/bundle.js:1:99'));
});

const RELEASES: readonly (readonly [one: string, other: string])[] = [
  ['/srv/app/releases/42/lib/x.js', '/srv/app/releases/43/lib/x.js'],
  ['/srv/app/releases/20260101120000/lib/x.js', '/srv/app/current/lib/x.js'],
  [
    '/opt/codedeploy-agent/deployment-root/1a-2b/d-AB12CD34E/deployment-archive/x.js',
    '/opt/codedeploy-agent/deployment-root/9f-2b/d-ZZ12CD34E/deployment-archive/x.js',
  ],
  [`/var/lib/docker/overlay2/${'a1'.repeat(32)}/merged/app/x.js`, '/app/x.js'],
  ['/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/123/fs/app/x.js', '/app/x.js'],
  ['/run/containerd/io.containerd.runtime.v2.task/k8s.io/0123abcd/rootfs/app/x.js', '/app/x.js'],
  ['/proc/123/root/app/x.js', '/app/x.js'],
  ['/var/app/staging/x.js', '/var/app/current/x.js'],
  [`/srv/${'0a1b'.repeat(10)}/x.js`, `/srv/${'ff1b'.repeat(10)}/x.js`],
  ['/opt/shop/1.4.2/x.js', '/opt/shop/v1.5.0-rc.1/x.js'],
];
for (const [one, other] of RELEASES) {
  test(`${one} and ${other} are one file`, () => {
    assert.equal(key(`JS:*f ${one}:1:2`), key(`JS:*f ${other}:1:2`));
  });
}

test('a directory that only looks like an API version is not a release', () => {
  assert.notEqual(key('JS:*f /srv/app/v1/routes.js:1:2'), key('JS:*f /srv/app/v2/routes.js:1:2'));
});

test('rules for release directories can be given', () => {
  const rules = { releases: [{ pattern: /\/gen-\d+(?=\/)/, replacement: '' }] };
  assert.equal(identify('JS:*f /srv/gen-7/x.js:1:2', JIT, rules).fn.file, '/srv/x.js');
  assert.equal(identify('JS:*f /srv/releases/7/x.js:1:2', JIT, rules).fn.file, '/srv/releases/7/x.js');
});

test('C++ whose namespace is called like a mark of V8 is native', () => {
  for (const name of ['JS::Call', 'Module::Evaluate', 'Function::operator()', 'Script::run']) {
    const { fn } = identify(`${name}(JSContext*, bool)`, '/usr/lib/firefox/libxul.so');
    assert.deepEqual([fn.name, fn.category, fn.module], [name, 'native', 'libxul.so']);
  }
});

test('a release directory can be named with what changes in it', () => {
  const rules = { releases: [releaseDirectory('gen-*.x')] };
  assert.equal(identify('JS:*f /srv/gen-7.x/a.js:1:2', JIT, rules).fn.file, '/srv/current/a.js');
  assert.equal(identify('JS:*f /srv/gen-7ax/a.js:1:2', JIT, rules).fn.file, '/srv/gen-7ax/a.js');
  assert.equal(identify('JS:*f /srv/gen-/b.x/a.js:1:2', JIT, rules).fn.file, '/srv/gen-/b.x/a.js');
});

const PACKAGES: readonly (readonly [path: string, name: string, version: string | null])[] = [
  ['/srv/node_modules/htmlparser2/lib/Parser.js', 'htmlparser2', null],
  ['/srv/node_modules/a/node_modules/@babel/core/lib/x.js', '@babel/core', null],
  ['/srv/node_modules/.pnpm/htmlparser2@8.0.1/node_modules/htmlparser2/lib/Parser.js', 'htmlparser2', '8.0.1'],
  [
    '/srv/node_modules/.pnpm/@babel+core@7.1.0_supports-color@5.5.0/node_modules/@babel/core/x.js',
    '@babel/core',
    '7.1.0',
  ],
  ['/srv/node_modules/.pnpm/@babel+core@7.1.0(peer@1.0.0)/node_modules/@babel/core/x.js', '@babel/core', '7.1.0'],
  [
    '/srv/.yarn/cache/htmlparser2-npm-8.0.1-1a2b3c4d5e-10c0.zip/node_modules/htmlparser2/lib/Parser.js',
    'htmlparser2',
    '8.0.1',
  ],
  ['/srv/.yarn/unplugged/@babel-core-npm-7.1.0-1a2b3c4d5e/node_modules/@babel/core/x.js', '@babel/core', '7.1.0'],
  ['/srv/node_modules/.bun/htmlparser2@8.0.1/node_modules/htmlparser2/lib/Parser.js', 'htmlparser2', '8.0.1'],
  [
    '/srv/node_modules/.store/htmlparser2@8.0.1-AbC_d/node_modules/htmlparser2/lib/Parser.js',
    'htmlparser2',
    '8.0.1-AbC',
  ],
];
for (const [path, name, version] of PACKAGES) {
  test(`${path} is package ${name} ${version}`, () => {
    const { fn } = identify(`JS:*f ${path}:1:2`, JIT);
    assert.deepEqual([fn.category, fn.package, fn.packageVersion], ['dependency', name, version]);
  });
}

test('a function of a package is one row, wherever the package lies and whichever version it has', () => {
  const one = key(
    'JS:*parse /srv/releases/1/node_modules/.pnpm/htmlparser2@8.0.1/node_modules/htmlparser2/lib/Parser.js:1:2',
  );
  assert.equal(one, key('JS:*parse /app/node_modules/htmlparser2/lib/Parser.js:1:2'));
});

const NATIVE: readonly (readonly [
  symbol: string,
  module: string,
  category: string,
  name: string,
  shown: string | null,
])[] = [
  ['epoll_wait+0x4e', '/usr/lib/x86_64-linux-gnu/libc.so.6', 'native', 'epoll_wait', 'libc.so.6'],
  ['tcp_sendmsg+0x4e', '[kernel.kallsyms]', 'kernel', 'tcp_sendmsg', '[kernel]'],
  ['tcp_sendmsg', '/lib/modules/4.3.0-rc1-virtual/build/vmlinux', 'kernel', 'tcp_sendmsg', '[kernel]'],
  ['do_execveat_common.isra.0', '[guest.kernel.kallsyms.123]', 'kernel', 'do_execveat_common', '[kernel]'],
  ['ipv4_conntrack_local', '[nf_conntrack_ipv4]', 'kernel', 'ipv4_conntrack_local', '[nf_conntrack_ipv4]'],
  ['bpf_prog_6deef7357e7b4530_x', 'bpf_prog_6deef7357e7b4530_x', 'kernel', 'bpf_prog_6deef7357e7b4530_x', '[bpf]'],
  ['__vdso_clock_gettime', '[vdso]', 'native', '__vdso_clock_gettime', '[vdso]'],
  ['v8::internal::Scavenger::Process+0xb5', NODE, 'gc', 'v8::internal::Scavenger::Process', 'node'],
  [
    'v8::internal::BodyDescriptorBase::IteratePointers<v8::internal::ScavengeVisitor>',
    NODE,
    'gc',
    'v8::internal::BodyDescriptorBase::IteratePointers<v8::internal::ScavengeVisitor>',
    'node',
  ],
  [
    'v8::internal::MarkCompactCollector::CollectGarbage',
    NODE,
    'gc',
    'v8::internal::MarkCompactCollector::CollectGarbage',
    'node',
  ],
  ['v8::internal::ConcurrentMarking::RunMajor', NODE, 'gc', 'v8::internal::ConcurrentMarking::RunMajor', 'node'],
  ['v8::internal::Heap::Scavenge', NODE, 'gc', 'v8::internal::Heap::Scavenge', 'node'],
  [
    'v8::internal::compiler::PipelineImpl::OptimizeTurbofanGraph',
    NODE,
    'jit',
    'v8::internal::compiler::PipelineImpl::OptimizeTurbofanGraph',
    'node',
  ],
  [
    'v8::internal::maglev::MaglevGraphBuilder::Build',
    NODE,
    'jit',
    'v8::internal::maglev::MaglevGraphBuilder::Build',
    'node',
  ],
  ['v8::internal::Parser::ParseFunction', NODE, 'jit', 'v8::internal::Parser::ParseFunction', 'node'],
  [
    'v8::internal::baseline::BaselineCompiler::GenerateCode',
    NODE,
    'jit',
    'v8::internal::baseline::BaselineCompiler::GenerateCode',
    'node',
  ],
  [
    'v8::internal::JsonParser<unsigned char>::ParseJson(v8::internal::Handle<int>) const',
    NODE,
    'v8',
    'v8::internal::JsonParser<unsigned char>::ParseJson',
    'node',
  ],
  ['node::crypto::Hash::HashUpdate', NODE, 'native', 'node::crypto::Hash::HashUpdate', 'node'],
  ['(anonymous namespace)::f(int)', '/bin/a', 'native', '(anonymous namespace)::f', 'a'],
  [
    'core::ops::function::FnOnce::call_once::h0123456789abcdef',
    '/bin/a',
    'native',
    'core::ops::function::FnOnce::call_once',
    'a',
  ],
  ['foo.cold.12', '/bin/a (deleted)', 'native', 'foo', 'a'],
  ['memcpy@@GLIBC_2.14', '/lib/libc-2.31.so', 'native', 'memcpy', 'libc-2.31.so'],
  [
    'void [System.Private.CoreLib] System.Threading.Thread::StartCallback()[OptimizedTier1]',
    JIT,
    'native',
    'void [System.Private.CoreLib] System.Threading.Thread::StartCallback',
    null,
  ],
  ['int32 [app] P::Main(string[])[Tier0]', JIT, 'native', 'int32 [app] P::Main', null],
  ['main.Map[go.shape.int]', '/bin/a', 'native', 'main.Map[go.shape.int]', 'a'],
  ['operator[]', '/bin/a', 'native', 'operator[]', 'a'],
  ['Lcom/x/Y$$Lambda$12/0x00000008c0::run', JIT, 'native', 'Lcom/x/Y$$Lambda::run', null],
];
for (const [symbol, module, category, name, shown] of NATIVE) {
  test(`${symbol} of ${module} is ${category} code`, () => {
    const { fn, tier, hidden } = identify(symbol, module);
    assert.deepEqual([fn.category, fn.name, fn.module, tier, hidden], [category, name, shown, 'none', false]);
  });
}

test('one library is one module whatever its version, one program whatever its folder', () => {
  assert.equal(key('f', '/lib/libc-2.31.so'), key('f', '/usr/lib/x86_64-linux-gnu/libc.so.6'));
  assert.equal(key('f', '/usr/bin/node'), key('f', '/opt/node-20/bin/nodejs (deleted)'));
});

test('code without a symbol is named by its file, and generated code without its process', () => {
  assert.equal(identify('[unknown]', '/usr/lib/libfoo.so.1').fn.name, '[libfoo.so.1]');
  assert.equal(key('[unknown]', '/tmp/perf-7.map'), key('[unknown]', '/tmp/perf-8.map'));
  assert.equal(identify('[unknown]', '/tmp/perf-7.map').fn.name, '[jit]');
  assert.equal(identify('', '[unknown]').fn.category, 'unknown');
  assert.equal(identify('[unknown]', '[kernel.kallsyms]').fn.category, 'kernel');
});

test('stubs that enter JavaScript or run its operations are hidden, other builtins are not', () => {
  for (const name of [
    'InterpreterEntryTrampoline',
    'JSEntry',
    'JSEntryTrampoline',
    'JSRunMicrotasksEntry',
    'CEntry_Return1_ArgvOnStack_BuiltinExit',
    'ArgumentsAdaptorTrampoline',
    'BaselineOutOfLinePrologue',
    'CallFunction_ReceiverIsAny',
    'Call_ReceiverIsNullOrUndefined',
    'JSConstructStubGeneric',
    'CallApiCallback',
    'LdaNamedPropertyHandler',
    'JumpLoopHandler',
    'Add_Baseline',
    'CompileLazy',
  ]) {
    assert.ok(identify(`Builtins_${name}`, NODE).hidden, name);
  }
  for (const name of [
    'ArrayPrototypeSort',
    'RegExpPrototypeExec',
    'KeyedStoreIC_Megamorphic',
    'RunMicrotasks',
    'StringAdd_CheckNone',
    'LoadIC',
    'CreateTypedArray',
  ]) {
    const { hidden, fn } = identify(`Builtins_${name}`, NODE);
    assert.deepEqual([hidden, fn.category], [false, 'v8'], name);
  }
});

test('a builtin is one function whether the map names it or the binary', () => {
  assert.equal(key('Builtin:ArrayPrototypeSort'), key('Builtins_ArrayPrototypeSort', NODE));
  assert.equal(key('BytecodeHandler:JumpLoop'), key('Builtins_JumpLoopHandler', NODE));
});

test('a regular expression is one function in the spellings of all versions', () => {
  assert.equal(key('RegExp:a+b'), key("RegExp.< src: 'a+b' flags: 'g'"));
  assert.deepEqual(identify('RegExp:(\\w+)\\(', JIT).fn.name, '/(\\w+)\\(/');
  assert.equal(identify('RegExp:a', JIT).fn.category, 'regexp');
});

test('WebAssembly has a category of its own, its tiers are one function', () => {
  assert.equal(identify('wasm-function[12]', JIT).fn.category, 'wasm');
  assert.equal(key('wasm-function[12]-liftoff'), key('wasm-function[12]-turbofan'));
});

const THROUGH: readonly (readonly [symbol: string, through: string])[] = [
  ['Builtins_JsonParse', 'JSON.parse'],
  ['v8::internal::JsonParser<unsigned short>::ParseJsonValue', 'JSON.parse'],
  ['v8::internal::JsonStringifier::Serialize_<false>', 'JSON.stringify'],
  ['Builtins_ArrayPrototypeSort', 'Array.prototype.sort'],
  ['Builtins_ArrayTimSort', 'Array.prototype.sort'],
  ['Builtins_ArrayPrototypePush', 'Array.prototype.push'],
  ['Builtins_ObjectKeys', 'Object.keys'],
  ['Builtins_MapPrototypeGet', 'Map.prototype.get'],
  ['Builtins_RegExpPrototypeExec', 'RegExp.exec'],
  ['v8::internal::RegExpImpl::IrregexpExec', 'RegExp.exec'],
  ['Builtins_StringPrototypeReplace', 'String.prototype.replace'],
  ['Builtins_TypedArrayPrototypeSet', 'TypedArray.prototype.set'],
  ['deflate_slow', 'zlib'],
  ['inflate_fast', 'zlib'],
  ['node::crypto::PBKDF2Traits::DeriveBits', 'crypto'],
  ['sha256_block_data_order', 'crypto'],
  ['v8::internal::Scavenger::Process', 'garbage collection'],
  ['v8::internal::Parser::ParseFunction', 'compilation'],
  ['uv__io_poll', 'uv__io_poll'],
];
for (const [symbol, through] of THROUGH) {
  test(`${symbol} is called ${through}`, () => assert.equal(throughName(identify(symbol, NODE).fn), through));
}

test('a builtin has a JavaScript name beside its own', () => {
  const { fn } = identify('Builtins_ArrayPrototypeSort', NODE);
  assert.deepEqual([fn.name, builtinName(fn)], ['Builtins_ArrayPrototypeSort', 'Array.prototype.sort']);
  assert.equal(builtinName(identify('Builtins_LoadIC', NODE).fn), null);
  assert.equal(builtinName(identify('epoll_wait', NODE).fn), null);
});

test('hostile names are accepted as they are', () => {
  for (const symbol of [
    'JS:',
    'JS:*',
    'JS:* :',
    'RegExp:',
    'Builtins_',
    'JS:*__proto__ /x/__proto__.js:1:2',
    '('.repeat(9999),
    '\u0000;\n',
  ]) {
    assert.equal(typeof identify(symbol, ')('.repeat(99)).fn.key, 'string');
  }
});
