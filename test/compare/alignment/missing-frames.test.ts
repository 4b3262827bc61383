/** Frames that recorded stacks lack: inlined callees, and callers that frameless code hides from the frame pointers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../../service/compare/compare.ts';
import type { Differential } from '../../../service/compare/differential.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

const EMIT = 'emit@node:events:489';
const USUAL = `0..10 ${EMIT};*answer@/srv/app.js:50;*render@/srv/app.js:20 120\n0..10 uv_run;epoll_wait[kernel] 50`;

function top(hot: string, healthy = ''): Differential['findings'][number] | undefined {
  return compare(profileFromText(`${USUAL}\n${healthy}`), profileFromText(`${USUAL}\n${hot}`)).findings[0];
}

test('work of optimised code is given to the callee that unoptimised samples show to do it', () => {
  const inlined = `0..10 ${EMIT};*answer@/srv/app.js:50;Builtins_JsonParse 300`;
  const apart = `0..10 ${EMIT};^answer@/srv/app.js:50;^decode@/srv/app.js:9;Builtins_JsonParse 12`;
  const finding = top(`${inlined}\n${apart}`, apart);
  assert.equal(finding?.function, 'decode');
  assert.equal(finding?.hotSamples, 312);
  assert.ok(finding?.notes.some((note) => note.includes('inlined it into answer')));
});

test('work stays where it is without such samples, or when they show the function itself at work', () => {
  const inlined = `0..10 ${EMIT};*answer@/srv/app.js:50;Builtins_JsonParse 300`;
  assert.equal(top(inlined)?.function, 'answer');
  const itself =
    `0..10 ${EMIT};^answer@/srv/app.js:50;Builtins_JsonParse 9\n` +
    `0..10 ${EMIT};^answer@/srv/app.js:50;^decode@/srv/app.js:9;Builtins_JsonParse 9`;
  assert.equal(top(`${inlined}\n${itself}`)?.function, 'answer');
});

test('work stays with a caller whose optimised code calls the callee instead of holding it', () => {
  const both =
    `0..10 ${EMIT};*answer@/srv/app.js:50;Builtins_JsonParse 300\n` +
    `0..10 ${EMIT};*answer@/srv/app.js:50;*decode@/srv/app.js:9;Builtins_JsonParse 100`;
  const apart = `0..10 ${EMIT};^answer@/srv/app.js:50;^decode@/srv/app.js:9;Builtins_JsonParse 12`;
  assert.equal(top(`${both}\n${apart}`)?.function, 'answer');
});

test('a frameless stub under a caller that does nothing itself belongs to the callee that it skipped', () => {
  const seen = `0..10 ${EMIT};^answer@/srv/app.js:50;*dedupe@/srv/app.js:9 330`;
  const skipped = `0..10 ${EMIT};^answer@/srv/app.js:50;Builtins_StringEqual 200`;
  const finding = top(`${seen}\n${skipped}`);
  assert.equal(finding?.function, 'dedupe');
  assert.equal(finding?.hotSamples, 530);
});

test('a bytecode handler directly under a caller is an interpreted callee that was skipped', () => {
  const seen = `0..10 ${EMIT};~answer@/srv/app.js:50;~scan@/srv/app.js:9;Builtins_AddHandler 330`;
  const skipped = `0..10 ${EMIT};~answer@/srv/app.js:50;Builtins_JumpLoopHandler 150`;
  const finding = top(`${seen}\n${skipped}`);
  assert.deepEqual([finding?.function, finding?.hotSamples], ['scan', 480]);
});

test('a frameless stub under a builtin that calls back belongs to the callback that it skipped', () => {
  const map = `0..10 ${EMIT};*answer@/srv/app.js:50;Builtins_ArrayMap`;
  const seen = `${map};*pick@/srv/app.js:9 330`;
  const finding = top(`${seen}\n${map};Builtins_StringEqual 200\n${map} 3`);
  assert.deepEqual([finding?.function, finding?.hotSamples], ['pick', 530]);
});

test('a builtin that calls nothing back keeps its stubs', () => {
  const includes = `0..10 ${EMIT};*answer@/srv/app.js:50;Builtins_ArrayIncludes;Builtins_StringEqual 300`;
  const finding = top(includes);
  assert.deepEqual([finding?.function, finding?.through], ['answer', 'Array.prototype.includes']);
});

test('a busy caller keeps its stubs, and so does one with several callees', () => {
  const stub = `0..10 ${EMIT};*match@/srv/app.js:50;Builtins_StringEqual 200`;
  const busy =
    `${stub}\n0..10 ${EMIT};*match@/srv/app.js:50 200\n` + `0..10 ${EMIT};*match@/srv/app.js:50;*a@/srv/app.js:9 60`;
  assert.equal(top(busy)?.function, 'match');
  const several = ['a', 'b', 'c'].map(
    (name, i) => `0..10 ${EMIT};*match@/srv/app.js:50;*${name}@/srv/app.js:${i + 9} 60`,
  );
  assert.equal(top([stub, ...several].join('\n'))?.function, 'match');
});

test('CPU used outside JavaScript is attributed to the function that grew with it, and the finding says so', () => {
  const outside = '0..10 uv_run;node::crypto::TLSWrap::ClearOut;ssl3_read_bytes[libssl.so.3] 300';
  const own = `0..10 ${EMIT};*callPartner@/srv/app.js:70;connect@node:_tls_wrap:1700 30`;
  const finding = top(`${outside}\n${own}`);
  assert.equal(finding?.function, 'callPartner');
  assert.match(
    finding?.notes[0] ?? '',
    /0\.30 of the extra cores have no JavaScript function above them \(mostly crypto\)/,
  );
});

test('so few samples of it suffice that a collector at work on other threads still has a cause', () => {
  const outside = '0..10 start_thread;v8::internal::ConcurrentMarking::RunMajor 300';
  const own = `0..10 ${EMIT};*remember@/srv/app.js:70 11`;
  assert.equal(top(`${outside}\n${own}`)?.function, 'remember');
});

test('without such a function the verdict says what grew', () => {
  const outside = '0..10 start_thread;uv__getaddrinfo_work;getaddrinfo[libc.so.6] 300';
  const { verdict, findings } = compare(profileFromText(USUAL), profileFromText(`${USUAL}\n${outside}`));
  assert.deepEqual(findings, []);
  assert.match(verdict.evidence.join(' '), /0\.30 of the extra cores have no JavaScript function above them/);
});

test('work that was inlined together with a function of Node core is known by what is further down', () => {
  const zlib = 'zlibBufferSync@node:zlib:140';
  const apart = `0..5 ${EMIT};~answer@/srv/app.js:50;~compress@/srv/app.js:9;deflateSync@node:zlib:800;${zlib} 150`;
  const inlined = `5..10 ${EMIT};*answer@/srv/app.js:50;${zlib} 150`;
  const finding = top(`${apart}\n${inlined}`);
  assert.deepEqual([finding?.function, finding?.hotSamples], ['compress', 300]);
});

test('a stub on the way to a builtin hides no callee', () => {
  const parse = 'Builtins_CEntry_Return1_ArgvOnStack_BuiltinExit;Builtins_JsonParse';
  const inlined = `0..10 ${EMIT};*answer@/srv/app.js:50;${parse} 300`;
  const apart = `0..10 ${EMIT};^answer@/srv/app.js:50;^decode@/srv/app.js:9;${parse} 12`;
  const finding = top(`${inlined}\n${apart}`, apart);
  assert.deepEqual([finding?.function, finding?.hotSamples], ['decode', 312]);
});

test('code of Maglev shows callees apart that TurboFan inlined', () => {
  const turbofan = `0..10 ${EMIT};*get@/srv/cache.js:50 300`;
  const maglev = `0..10 ${EMIT};+get@/srv/cache.js:50;+oldestKey@/srv/cache.js:9 29`;
  const own = (samples: number): string => `0..10 ${EMIT};+get@/srv/cache.js:50 ${samples}`;
  const finding = top([turbofan, maglev, own(3)].join('\n'));
  assert.deepEqual([finding?.function, finding?.hotSamples], ['oldestKey', 332]);
  assert.equal(top([turbofan, maglev, own(60)].join('\n'))?.function, 'get', 'it is seen at work itself');
});

test('Maglev inlines, too: its own samples say nothing where it shows no callee', () => {
  const optimised = `0..10 ${EMIT};*get@/srv/cache.js:50 300\n0..10 ${EMIT};+get@/srv/cache.js:50 60`;
  const apart = `0..10 ${EMIT};~get@/srv/cache.js:50;~oldestKey@/srv/cache.js:9 12`;
  const finding = top(`${optimised}\n${apart}`);
  assert.deepEqual([finding?.function, finding?.hotSamples], ['oldestKey', 372]);
});

test('what is given to a callee that holds a callee itself belongs to that one', () => {
  const [outer, middle, inner] = ['answer@/srv/app.js:50', 'decode@/srv/app.js:9', 'unescape@/srv/app.js:3'];
  const inlined = `0..10 ${EMIT};*${outer} 300\n0..10 ${EMIT};*other@/srv/app.js:70;*${middle} 30`;
  const one = `0..10 ${EMIT};^${outer};*${middle} 12`;
  const two = `0..10 ${EMIT};^other@/srv/app.js:70;^${middle};^${inner} 12`;
  const finding = top([inlined, one, two].join('\n'));
  assert.deepEqual([finding?.function, finding?.hotSamples], ['unescape', 354]);
  // Half of the evidence stops at the middle one, half goes on.
  const both = `0..10 ${EMIT};^${outer};^${middle};^${inner} 12`;
  assert.equal(top([inlined, one, both].join('\n'))?.function, 'unescape');
});

test('a timer callback that holds more than one callee keeps the work, and its note names them', () => {
  const timer = '0..10 listOnTimeout@node:internal/timers:530';
  const inlined = `${timer};*@/srv/app.js:50:13 300`;
  const apart = ['weigh@/srv/app.js:4', 'score@/srv/lib/score.js:9'].map(
    (callee, i) => `${timer};~@/srv/app.js:50:13;~${callee} ${6 - i}`,
  );
  const finding = top([inlined, ...apart].join('\n'));
  assert.deepEqual([finding?.function, finding?.line], ['(anonymous)', 50]);
  assert.equal(
    finding?.notes[0],
    'Its optimised code includes callees that V8 inlined into it, perhaps weigh (:4) and score (lib/score.js:9).',
  );
  assert.equal(top(inlined)?.notes[0], 'Its optimised code includes callees that V8 inlined into it.');
});
