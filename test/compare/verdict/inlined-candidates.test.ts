/** Which of the callees that V8 may have inlined are said first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../../service/compare/compare.ts';
import type { Finding } from '../../../service/compare/differential.ts';
import { applyEvidence } from '../../../service/profile/code-evidence/apply-evidence.ts';
import { evidenceFromText } from '../../support/evidence-from-text.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

const MAIN = '0..10 main@/srv/main.js:1';
const USUAL = `${MAIN};query@/srv/db.js:7 60`;
const [ANSWER, EACH, CROSSES] = ['answer@/srv/app.js:20', '@/srv/app.js:22', 'crosses@/srv/edge.js:5'];

/** The first finding of a hot recording with what the texts say of its functions, against a quiet one. */
function top(hot: string, ...callers: readonly string[]): Finding | undefined {
  const evidence = [{ ...evidenceFromText('', { callers }), v8: null }];
  const profile = applyEvidence(profileFromText(`${USUAL}\n${hot}`), { evidence, visits: new Map() });
  return compare(profileFromText(USUAL), profile).findings[0];
}

function proposed(finding: Finding | undefined): string[] | undefined {
  return finding?.mayHold?.map((one) => one.function);
}

test('what may be in a callback is proposed where the callback is named by the function around it', () => {
  const finding = top(`${MAIN};*${ANSWER};Builtins_ArrayMap;*${EACH} 300`, `${EACH} ${CROSSES}`);
  assert.equal(finding?.function, 'answer');
  assert.deepEqual(proposed(finding), ['crosses']);
  assert.match(finding?.notes[0] ?? '', /perhaps crosses \(srv\/edge\.js:5\)/);
});

test('a callback that slower code shows does not come before what its own optimised code may hold', () => {
  const [best, every, reaches] = ['best@/srv/app.js:5', 'each@/srv/app.js:6', 'reaches@/srv/if.js:4'];
  const inlined = `${MAIN};*${best} 300`;
  const text = `${best} ${reaches}#2 ${every}`;
  const optimised = `${MAIN};~${best};*${every} 6\n${MAIN};~${best} 6`;
  assert.deepEqual(proposed(top(`${inlined}\n${optimised}`, text)), ['reaches', 'each']);
  const plain = `${MAIN};~${best};~${every} 6\n${MAIN};~${best} 6`;
  assert.deepEqual(proposed(top(`${inlined}\n${plain}`, text)), ['each', 'reaches']);
});

test('where the time is in something that is called, what calls that comes first', () => {
  const [handle, weigh, decode] = ['handle@/srv/app.js:5', 'weigh@/srv/app.js:9', 'decode@/srv/lib/decode.js:4'];
  const text = `${handle} ${weigh}#1#round ${decode}#2#parse`;
  assert.deepEqual(proposed(top(`${MAIN};*${handle};Builtins_JsonParse 300`, text)), ['decode', 'weigh']);
  assert.deepEqual(proposed(top(`${MAIN};*${handle};Builtins_StringEqual 300`, text)), ['weigh', 'decode']);
  assert.deepEqual(proposed(top(`${MAIN};*${handle} 300`, text)), ['weigh', 'decode']);
  const runtime = 'v8::internal::Runtime_StringParseInt';
  const digits = `${handle} ${weigh}#1#round ${decode}#2#parseInt`;
  assert.deepEqual(proposed(top(`${MAIN};*${handle};${runtime} 300`, digits)), ['decode', 'weigh']);
});
