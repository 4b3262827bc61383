import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import type { RunReport } from '../../service/capture/capture-script.ts';
import { fetchCapture, readAnswer, type TransferDeps } from '../../service/incidents/capture-transfer.ts';
import type { CommandResult } from '../../service/incidents/ports.ts';
import { AppError } from '../../service/shared/errors.ts';
import type { CaptureId } from '../../service/shared/ids.ts';
import { silentLog } from '../../service/shared/log.ts';
import { HOT } from '../support/accept-alarm.ts';
import { answer, NOW, printed } from '../support/engine-world.ts';
import { FakeCommands, type FakeRun } from '../support/fakes/fake-commands.ts';
import { FakeUploads } from '../support/fakes/fake-uploads.ts';
import { ManualClock } from '../support/fakes/manual-clock.ts';

const CAPTURE = { id: 'cap-1' as CaptureId, instanceId: HOT };
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const signal = new AbortController().signal;

function ended(changes: Partial<CommandResult>): CommandResult {
  return { status: 'failed', detail: 'Failed', exitCode: 1, stdout: '', stderr: '', ...changes };
}

function setUp(execute: (script: string) => FakeRun) {
  const clock = new ManualClock(NOW);
  const commands = new FakeCommands([HOT], execute);
  const deps: TransferDeps = { commands, clock, log: silentLog, uploads: null, sha256 };
  return { clock, commands, deps };
}

/** The answer to `run` of a capture of which nothing has arrived yet. */
function begun(parts: number): RunReport {
  return {
    captureId: CAPTURE.id,
    bytes: 17_400 * parts,
    sha256: '0'.repeat(64),
    chunk: { offset: 0, bytes: new Uint8Array() },
    missing: Array.from({ length: parts }, (_, part) => part * 17_400),
    recorded: null,
    drawn: null,
    warnings: [],
  };
}

/** Turns time on until the work is over. */
async function settled<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let over = false;
  work
    .catch(() => undefined)
    .finally(() => {
      over = true;
    });
  for (let turn = 0; !over && turn < 1000; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
  }
  return work;
}

test('a command that SSM could not hand over: the report says so, and what may be wrong', () => {
  assert.throws(() => readAnswer(HOT, ended({ status: 'undeliverable', detail: 'Terminated' })), {
    code: 'CAPTURE_UNDELIVERABLE',
    message: `SSM could not deliver the command to ${HOT} (Terminated).`,
    hint: /still runs and that its SSM agent/,
    retry: 'never',
  });
});

test('a command that ended without a word of the script: SSM’s word, the last line of stderr, and the doctor', () => {
  const stderr = 'sh: warning\nsh: 12: cannot fork\n';
  assert.throws(() => readAnswer(HOT, ended({ status: 'timed-out', detail: 'ExecutionTimedOut', stderr })), {
    code: 'CAPTURE_FAILED',
    message: `The capture on ${HOT} ended with status ExecutionTimedOut: sh: 12: cannot fork.`,
    hint: /smokejumper doctor/,
    retry: 'never',
  });
  assert.throws(() => readAnswer(HOT, ended({ status: 'cancelled', detail: '' })), /ended with status cancelled\.$/);
});

test('a part that cannot be fetched fails for now', async () => {
  const { clock, deps } = setUp(() => ({ exitCode: 75, stdout: '', stderr: '' }));
  await assert.rejects(settled(clock, fetchCapture(deps, CAPTURE, begun(1), signal)), {
    code: 'FETCH_FAILED',
    message: `Fetching the result from ${HOT} ended with status Failed.`,
    retry: 'later',
  });
});

test('a part that does not come is given up after two minutes, for now', async () => {
  const { clock, deps } = setUp(() => ({ exitCode: 0, stdout: '', stderr: '', endless: true }));
  await assert.rejects(settled(clock, fetchCapture(deps, CAPTURE, begun(1), signal)), {
    code: 'FETCH_TIMED_OUT',
    message: `The recording on ${HOT} succeeded, but its result could not be fetched.`,
    retry: 'later',
  });
  const waited = clock.now() - NOW;
  assert.ok(waited >= 120_000 && waited < 125_000, `${waited} ms`);
});

test('after the first failure no further part is asked for: the step is repeated whole', async () => {
  const { clock, commands, deps } = setUp((script) =>
    script.includes("'0'") ? { exitCode: 75, stdout: '', stderr: '' } : answer(script, HOT),
  );
  await assert.rejects(settled(clock, fetchCapture(deps, CAPTURE, begun(30), signal)), { code: 'FETCH_FAILED' });
  for (let second = 0; second < 100; second++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
  }
  // Three at once, and those that were on their way when the failure was seen.
  assert.ok(commands.sent.length <= 6, `${commands.sent.length} of 30 parts were asked for`);
});

/** An instance that keeps `WHOLE`, sends parts of it, and uploads it as `upload` says: an HTTP status. */
const WHOLE = Uint8Array.from({ length: 10 * 17_400 }, (_, at) => (at * 7) % 251);
const REPORT: RunReport = { ...begun(10), sha256: sha256(WHOLE) };

function withBucket(upload: (put: () => number) => number) {
  const uploads = new FakeUploads();
  const lines: string[] = [];
  const { clock, commands, deps } = setUp((script) => {
    const [, to = '', checksum = ''] = /'--to' '([^']+)' '--checksum' '([^']+)'/.exec(script) ?? [];
    const report = { smokejumper: 1, ok: true, id: CAPTURE.id, bytes: WHOLE.length, sha256: REPORT.sha256 };
    if (to === '') {
      const offset = Number(/'--offset' '(\d+)'/.exec(script)?.[1]);
      const part = Buffer.from(WHOLE.subarray(offset, offset + 17_400));
      return printed(part.toString('base64'), { ...report, chunk: { offset, length: part.length } });
    }
    const status = upload(() => uploads.put(to, checksum, WHOLE));
    if (status === 200) return printed('', { ...report, uploaded: 'curl' });
    const fault = { code: 'UPLOAD_FAILED', message: `The upload with curl failed (HTTP status ${status}).` };
    return { ...printed('', { smokejumper: 1, ok: false, ...fault }), exitCode: 70 };
  });
  const warn = (...said: unknown[]) => void lines.push(JSON.stringify(said));
  const log = { ...silentLog, warn } as TransferDeps['log'];
  return { clock, commands, uploads, lines, deps: { ...deps, uploads, log } };
}

test('a large result comes through the bucket with one command, and is removed from there', async () => {
  const { clock, commands, uploads, lines, deps } = withBucket((put) => put());
  assert.deepEqual(await settled(clock, fetchCapture(deps, CAPTURE, REPORT, signal)), WHOLE);
  assert.deepEqual(
    commands.sent.map(({ label }) => label),
    ['cap-1:upload'],
  );
  assert.deepEqual([uploads.removed, uploads.objects.size], [['captures/cap-1.capture.gz'], 0]);
  assert.deepEqual(lines, []);
});

test('a result that a few commands bring needs no bucket', async () => {
  const { clock, commands, uploads, deps } = withBucket((put) => put());
  const few = {
    ...REPORT,
    chunk: { offset: 0, bytes: WHOLE.subarray(0, 7 * 17_400) },
    missing: REPORT.missing.slice(7),
  };
  assert.deepEqual(await settled(clock, fetchCapture(deps, CAPTURE, few, signal)), WHOLE);
  assert.deepEqual([commands.sent.length, uploads.removed], [3, []]);
});

const CLOSED: Readonly<Record<string, readonly [upload: (put: () => number) => number, said: RegExp]>> = {
  'the instance has no way to S3': [() => 0, /The upload with curl failed \(HTTP status 0\)/],
  'S3 refuses the upload': [() => 403, /HTTP status 403/],
  'the object is not there': [() => 200, /There is no captures/],
};

for (const [what, [upload, said]] of Object.entries(CLOSED)) {
  test(`when ${what}, the result comes in pieces, and the log says why without the address`, async () => {
    const { clock, commands, uploads, lines, deps } = withBucket(upload);
    assert.deepEqual(await settled(clock, fetchCapture(deps, CAPTURE, REPORT, signal)), WHOLE);
    assert.equal(commands.sent.length, 11);
    assert.deepEqual(uploads.removed, ['captures/cap-1.capture.gz']);
    assert.match(lines.join('\n'), said);
    assert.doesNotMatch(lines.join('\n'), /signature/);
  });
}

test('what the bucket gives is held against the SHA-256 that the instance told', async () => {
  const { clock, commands, uploads, lines, deps } = withBucket((put) => {
    const status = put();
    uploads.objects.set('captures/cap-1.capture.gz', new Uint8Array(WHOLE.length));
    return status;
  });
  assert.deepEqual(await settled(clock, fetchCapture(deps, CAPTURE, REPORT, signal)), WHOLE);
  assert.equal(commands.sent.length, 11);
  assert.match(lines.join('\n'), /CAPTURE_DAMAGED/);
});

test('a bucket that does not let us remove costs a line, not the result', async () => {
  const { clock, uploads, lines, deps } = withBucket((put) => put());
  uploads.remove = async () => {
    throw new AppError('S3_DELETE_FAILED', 'no');
  };
  assert.deepEqual(await settled(clock, fetchCapture(deps, CAPTURE, REPORT, signal)), WHOLE);
  assert.match(lines.join('\n'), /could not be removed from the bucket/);
});
