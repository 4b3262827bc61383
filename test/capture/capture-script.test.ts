import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  assembleCapture,
  type CapturePlan,
  cleanCall,
  FETCH_BYTES,
  fetchCall,
  installSeconds,
  parseRunOutput,
  runCall,
  uploadCall,
  visitSeconds,
} from '../../service/capture/capture-script.ts';
import { type ScriptCall, scriptText } from '../../service/capture/script-call.ts';
import { readRemoteScripts } from '../../service/remote-scripts.ts';

const SCRIPTS = readRemoteScripts();
const SCRIPT = SCRIPTS.run;
const PLAN = { captureId: 'cap-1', seconds: 30, hz: 99, startAtSeconds: 1_800_000_000 };
const textOf = (call: ScriptCall) => scriptText(SCRIPTS, call);
const runText = (plan: CapturePlan) => textOf(runCall(plan));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What a script gives to `main`, as the shell sees it. */
function argumentsOf(script: string): string[] {
  const probe = `main() { printf '%s\\0' "$@"; }\n${script.slice(script.lastIndexOf('\nmain ') + 1)}`;
  return spawnSync('sh', ['-c', probe], { encoding: 'utf8' }).stdout.split('\0').slice(0, -1);
}

test('the script that is sent is the assembled one, with the arguments of the plan in its last line', () => {
  const script = runText(PLAN);
  assert.deepEqual(argumentsOf(script), [
    ...['run', '--id', 'cap-1', '--seconds', '30', '--hz', '99', '--start-at', '1800000000'],
  ]);
  assert.equal(script.slice(0, script.lastIndexOf('\nmain ')), SCRIPT.slice(0, SCRIPT.lastIndexOf('\nmain ')));
  assert.equal(spawnSync('sh', ['-n'], { input: script }).status, 0);
});

test('processes, pattern and permission to install are passed on', () => {
  const script = runText({ ...PLAN, pids: [7, 8], match: 'a b', installPerf: true });
  assert.deepEqual(argumentsOf(script).slice(9), ['--pid', '7,8', '--match', 'a b', '--install-perf']);
});

test('V8’s profiler is asked only where the plan says so, and has time before the common start', () => {
  const off = { engine: 'off', maxProcesses: 4 } as const;
  assert.equal(runText({ ...PLAN, v8: off }), runText(PLAN));
  assert.equal(visitSeconds(off), 0);
  const lines = { engine: 'lines', maxProcesses: 3 } as const;
  const script = runText({ ...PLAN, v8: lines });
  assert.deepEqual(argumentsOf(script).slice(9), ['--v8', 'lines', '--v8-processes', '3']);
  assert.equal(visitSeconds(lines), 6);
});

test('installing perf has as much time as the script takes for it, and none where it may not', () => {
  const script = SCRIPTS.run;
  const limit = (name: string) => Number(new RegExp(`^${name}=(\\d+)$`, 'm').exec(script)?.[1]);
  assert.equal(installSeconds(true), limit('install_fetch') + limit('install_unpack'));
  assert.deepEqual([installSeconds(false), installSeconds(undefined)], [0, 0]);
});

test('no text can leave its quotes', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), (text) => {
      const match = text.replaceAll('\0', ' ');
      assert.equal(argumentsOf(runText({ ...PLAN, match }))[10], match);
    }),
    { numRuns: 40, examples: [["'; reboot #"], ['$(id) `id` "'], ["''"]] },
  );
});

test('fetch and clean carry their arguments', () => {
  const fetch = textOf(fetchCall({ captureId: 'cap-1', offset: 16800 }));
  assert.deepEqual(argumentsOf(fetch), ['fetch', '--id', 'cap-1', '--offset', '16800']);
  assert.deepEqual(argumentsOf(textOf(cleanCall({ captureId: 'cap-1' }))), ['clean', '--id', 'cap-1']);
});

test('fetch may upload instead: where to, and the checksum that the address is signed for', () => {
  const upload = { captureId: 'cap-1', url: 'https://b.s3.amazonaws.com/c?X-Amz-Date=1&x=%2F', checksum: 'sha256=' };
  assert.deepEqual(argumentsOf(textOf(uploadCall(upload))).slice(3), ['--to', upload.url, '--checksum', 'sha256=']);
});

test('a damaged script is not sent', () => {
  const damaged = { ...SCRIPTS, run: SCRIPT.slice(0, 5000) };
  assert.throws(() => scriptText(damaged, runCall(PLAN)), { code: 'SCRIPT_INVALID' });
});

const BYTES = Uint8Array.from({ length: 40_000 }, (_, i) => (i * 7) % 251);

function output(offset: number, length: number, more: object = {}): string {
  const part = Buffer.from(BYTES.subarray(offset, offset + length)).toString('base64');
  const report = { smokejumper: 1, ok: true, id: 'cap-1', bytes: BYTES.length, sha256: sha256(BYTES) };
  return `${part}\n${JSON.stringify({ ...report, chunk: { offset, length }, ...more })}\n`;
}

test('parts in any order become the file again', () => {
  const first = parseRunOutput(output(0, 16_800, { recorded: 10, drawn: 9, warnings: ['late'] }));
  assert.deepEqual([first.recorded, first.drawn, first.warnings], [10, 9, ['late']]);
  assert.deepEqual(first.missing, [16_800, 16_800 + FETCH_BYTES]);
  const chunks = [first.chunk];
  for (const offset of first.missing) {
    chunks.unshift(parseRunOutput(output(offset, Math.min(FETCH_BYTES, BYTES.length - offset))).chunk);
  }
  assert.deepEqual(assembleCapture(chunks, first, sha256), BYTES);
});

test('a part that is missing, doubled, too long or changed is noticed', () => {
  const report = parseRunOutput(output(0, 16_800));
  const rest = [16_800, 34_200].map((at) => parseRunOutput(output(at, Math.min(FETCH_BYTES, BYTES.length - at))).chunk);
  const [second, third] = rest as [(typeof rest)[0], (typeof rest)[0]];
  if (second === undefined || third === undefined) return assert.fail('three parts');
  const damaged = { code: 'CAPTURE_DAMAGED', retry: 'later' };
  assert.throws(() => assembleCapture([report.chunk, second], report, sha256), damaged);
  assert.throws(() => assembleCapture([report.chunk, third], report, sha256), damaged);
  assert.throws(() => assembleCapture([report.chunk, second, second, third], report, sha256), damaged);
  assert.throws(
    () => assembleCapture([report.chunk, second, third, { offset: 40_000, bytes: BYTES }], report, sha256),
    damaged,
  );
  const changed = { offset: 0, bytes: report.chunk.bytes.with(5, 1) };
  assert.throws(() => assembleCapture([changed, second, third], report, sha256), { ...damaged, message: /SHA-256/ });
});

test("the script's own fault is thrown with its code, words and hint", () => {
  const fault = { smokejumper: 1, ok: false, id: 'x', code: 'PERF_MISSING', message: 'No perf.', hint: 'Run this.' };
  assert.throws(() => parseRunOutput(`${JSON.stringify(fault)}\n`), {
    code: 'PERF_MISSING',
    message: 'No perf.',
    hint: 'Run this.',
    retry: 'never',
  });
  const busy = { ...fault, code: 'ALREADY_RUNNING' };
  assert.throws(() => parseRunOutput(JSON.stringify(busy)), { code: 'ALREADY_RUNNING', retry: 'later' });
});

test('output that the agent cut, that ends differently or that lies is refused with the reason', () => {
  const good = output(0, 16_800);
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /printed nothing/],
    [`${good.slice(0, 23_980)}--output truncated--`.slice(-24_000), /cut off the script's output/],
    [good.slice(0, -20), /does not end with its report/],
    [`${good}Killed\n`, /does not end with its report/],
    ['{"smokejumper":2}', /not have the expected form/],
    [good.replace('"bytes":40000', '"bytes":-1'), /not have the expected form: see its field "bytes"\./],
    [good.replace('"bytes":40000', '"bytes":16799'), /more than its result has/],
    [good.slice(4), /says it sent/],
    [good.replace(/^..../, '<b> '), /not valid base64/],
  ];
  for (const [stdout, message] of cases) {
    assert.throws(() => parseRunOutput(stdout), { code: 'CAPTURE_OUTPUT_INVALID', message }, stdout.slice(-60));
  }
});

test('any output ends in a report or in a foreseen fault', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (stdout) => {
      assert.throws(() => parseRunOutput(stdout), { name: 'AppError' });
    }),
  );
});

test('installing perf adds three minutes, and the words of a script have a length', () => {
  assert.deepEqual([installSeconds(true), installSeconds(false), installSeconds(undefined)], [180, 0, 0]);
  const fault = (length: number) => ({ smokejumper: 1, ok: false, code: 'PERF_MISSING', message: 'x'.repeat(length) });
  assert.throws(() => parseRunOutput(JSON.stringify(fault(1_000))), { code: 'PERF_MISSING' });
  assert.throws(() => parseRunOutput(JSON.stringify(fault(1_001))), { code: 'CAPTURE_OUTPUT_INVALID' });
});
