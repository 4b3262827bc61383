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
  const itself = `0..10 ${EMIT};^answer@/srv/app.js:50;Builtins_JsonParse 9\n0..10 ${EMIT};^answer@/srv/app.js:50;^decode@/srv/app.js:9;Builtins_JsonParse 9`;
  assert.equal(top(`${inlined}\n${itself}`)?.function, 'answer');
});

test('work stays with a caller whose optimised code calls the callee instead of holding it', () => {
  const both = `0..10 ${EMIT};*answer@/srv/app.js:50;Builtins_JsonParse 300\n0..10 ${EMIT};*answer@/srv/app.js:50;*decode@/srv/app.js:9;Builtins_JsonParse 100`;
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
  const busy = `${stub}\n0..10 ${EMIT};*match@/srv/app.js:50 200\n0..10 ${EMIT};*match@/srv/app.js:50;*a@/srv/app.js:9 60`;
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
