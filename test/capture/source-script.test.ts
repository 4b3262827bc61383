import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { wordsOf } from '../../service/capture/script-call.ts';
import { parseSourceOutput, sourceCall, sourceReason } from '../../service/capture/source-script.ts';

const gunzip = (bytes: Uint8Array): Uint8Array => gunzipSync(bytes, { maxOutputLength: 1 << 20 });
const DEPLOY = { commit: null, revision: null, release: null };
const EXCERPT = { line: 2, first: 1, lines: ['a', 'b'], path: null, original: null, package: null, deploy: DEPLOY };

function output(lines: readonly string[]): string {
  const sent = gzipSync(lines.map((line) => `${line}\n`).join('')).toString('base64');
  return `${sent}\n{"smokejumper":1,"ok":true,"id":"x","places":${lines.length},"kept":${lines.length}}\n`;
}

test('each place gets its excerpt or the reason why there is none', () => {
  const answers = parseSourceOutput(output([JSON.stringify(EXCERPT), '{"reason":"GONE"}']), 3, gunzip);
  assert.deepEqual(answers, [EXCERPT, { reason: 'GONE' }, { reason: 'LEFT_OUT' }]);
  assert.equal(sourceReason('GONE'), 'The process has ended.');
});

test('a line that an instance made up costs its own place only', () => {
  const bad = [
    '{',
    'null',
    '{"reason":"WHATEVER"}',
    JSON.stringify({ ...EXCERPT, lines: Array(41).fill('') }),
    JSON.stringify({ ...EXCERPT, first: -1 }),
  ];
  const answers = parseSourceOutput(output([...bad, JSON.stringify(EXCERPT)]), 6, gunzip);
  assert.deepEqual(answers, [...bad.map(() => ({ reason: 'UNREADABLE' })), EXCERPT]);
});

test("the script's own fault, a cut answer and bytes that cannot be unpacked are told apart", () => {
  const fault = '{"smokejumper":1,"ok":false,"id":"x","code":"DISK_FULL","message":"Full.","hint":"Free some space."}';
  assert.throws(() => parseSourceOutput(fault, 1, gunzip), { code: 'DISK_FULL' });
  const invalid = { code: 'CAPTURE_OUTPUT_INVALID' };
  assert.throws(() => parseSourceOutput('', 1, gunzip), invalid);
  assert.throws(() => parseSourceOutput(`${output([])}--output truncated--`, 1, gunzip), invalid);
  assert.throws(() => parseSourceOutput(output([]).replace(/^../, 'AA'), 1, gunzip), invalid);
  assert.throws(() => parseSourceOutput('YQ==\n{"smokejumper":1,"ok":true}', 1, gunzip), invalid);
});

test('whatever a profile calls a file, it stands in the call as base64', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (file) => {
      const request = { captureId: 'x', places: [{ pid: 1, file, line: 1, column: null }] };
      const words = wordsOf(sourceCall(request)).join(' ');
      const encoded = /^source --id x --place 1:1:0:([A-Za-z0-9+/=]*)$/.exec(words)?.[1];
      assert.equal(Buffer.from(encoded ?? '', 'base64').toString(), file.toWellFormed());
    }),
  );
});
