/** What an instance may cost us, whatever it claims, and that a storm at AWS loses no result. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import type { RunReport } from '../../service/capture/capture-script.ts';
import {
  fetchCapture,
  fetchSome,
  newTransfer,
  readAnswer,
  type TransferDeps,
} from '../../service/incidents/capture-transfer.ts';
import type { CommandsPort } from '../../service/incidents/ports.ts';
import { OutageError } from '../../service/shared/errors.ts';
import type { CaptureId } from '../../service/shared/ids.ts';
import { silentLog } from '../../service/shared/log.ts';
import { HOT } from '../support/accept-alarm.ts';
import { NOW, printed } from '../support/engine-world.ts';
import { FakeCommands, type FakeRun } from '../support/fakes/fake-commands.ts';
import { FakeUploads } from '../support/fakes/fake-uploads.ts';
import { ManualClock } from '../support/fakes/manual-clock.ts';

const PART = 17_400;
const CAPTURE = { id: 'cap-1' as CaptureId, instanceId: HOT };
const ENDLESS: FakeRun = { exitCode: 0, stdout: '', stderr: '', endless: true };
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const never = new AbortController().signal;
const bytesOf = (parts: number) => Uint8Array.from({ length: parts * PART }, (_, at) => (at * 7) % 251);

/** An instance that holds `whole`, and does what it is asked. */
function holding(whole: Uint8Array) {
  const digest = sha256(whole);
  const report = { smokejumper: 1, ok: true, id: CAPTURE.id, bytes: whole.length, sha256: digest };
  const part = (offset: number, length = PART, said: object = {}): FakeRun => {
    const bytes = Buffer.from(whole.subarray(offset, offset + length));
    return printed(bytes.toString('base64'), { ...report, chunk: { offset, length: bytes.length }, ...said });
  };
  return { report, part, honest: (script: string) => part(offsetOf(script)) };
}

const offsetOf = (script: string) => Number(/'--offset' '(\d+)'/.exec(script)?.[1]);

/** The answer to `run` of a capture of which nothing has arrived yet. */
function begun(parts: number, digest = '0'.repeat(64)): RunReport {
  const missing = Array.from({ length: parts }, (_, part) => part * PART);
  const chunk = { offset: 0, bytes: new Uint8Array() };
  const told = { recorded: null, drawn: null, warnings: [] };
  return { captureId: CAPTURE.id, bytes: PART * parts, sha256: digest, chunk, missing, ...told };
}

function setUp(execute: (script: string) => FakeRun) {
  const clock = new ManualClock(NOW);
  const fake = new FakeCommands([HOT], execute);
  /** Questions for results. */
  let asked = 0;
  /** Thrown instead of sending, and of asking. */
  const broken: { send: Error | null; result: Error | null } = { send: null, result: null };
  const commands: CommandsPort = {
    async send(request) {
      if (broken.send) throw broken.send;
      return await fake.send(request);
    },
    find: (instanceId, label) => fake.find(instanceId, label),
    async result(instanceId, commandId) {
      asked++;
      if (broken.result) throw broken.result;
      return await fake.result(instanceId, commandId);
    },
    cancel: (instanceId, commandId) => fake.cancel(instanceId, commandId),
  };
  const deps: TransferDeps = { commands, clock, log: silentLog, uploads: null, sha256 };
  return { clock, fake, deps, broken, asked: () => asked };
}

async function pass(clock: ManualClock, seconds: number, over = () => false): Promise<void> {
  for (let second = 0; second < seconds && !over(); second++) {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
  }
}

/** Turns time on until the work is over. */
async function settled<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let over = false;
  work
    .catch(() => undefined)
    .finally(() => {
      over = true;
    });
  await pass(clock, 5000, () => over);
  return work;
}

test('after the first failure nothing goes on: no part is sent for, and no other one is asked about', async () => {
  const world = setUp((script) => (offsetOf(script) === 0 ? { exitCode: 75, stdout: '', stderr: '' } : ENDLESS));
  await assert.rejects(settled(world.clock, fetchCapture(world.deps, CAPTURE, begun(30), never)), {
    code: 'FETCH_FAILED',
  });
  const [sent, asked] = [world.fake.sent.length, world.asked()];
  assert.equal(sent, 3);
  await pass(world.clock, 300);
  assert.deepEqual([world.fake.sent.length, world.asked()], [sent, asked]);
});

test('a transfer that is interrupted ends at once, for now, and nothing of it goes on', async () => {
  const world = setUp(() => ENDLESS);
  const caller = new AbortController();
  const working = fetchCapture(world.deps, CAPTURE, begun(30), caller.signal);
  await pass(world.clock, 3);
  caller.abort();
  await assert.rejects(working, { code: 'FETCH_INTERRUPTED', retry: 'later' });
  const asked = world.asked();
  await pass(world.clock, 300);
  assert.deepEqual([world.fake.sent.length, world.asked()], [3, asked]);
});

test('a claim of more than 24 MB is refused by its size, before anything is fetched', () => {
  const { report } = holding(new Uint8Array(600));
  const claiming = (bytes: number) => ({
    ...printed(Buffer.alloc(600).toString('base64'), { ...report, bytes, chunk: { offset: 0, length: 600 } }),
    status: 'success' as const,
    detail: 'Success',
  });
  assert.equal(readAnswer(HOT, claiming(24 * 2 ** 20)).bytes, 24 * 2 ** 20);
  assert.throws(() => readAnswer(HOT, claiming(60 * 2 ** 20)), {
    code: 'CAPTURE_TOO_LARGE',
    message: 'The instance says that its result has 60 MB; at most 24 MB are taken.',
    hint: /shorter/,
    retry: 'never',
  });
  assert.throws(() => readAnswer(HOT, claiming(24 * 2 ** 20 + 1)), { code: 'CAPTURE_TOO_LARGE' });
});

test('an answer that begins with crumbs, elsewhere, or beyond its end is refused', () => {
  const { part } = holding(bytesOf(2));
  const ended = (run: FakeRun) => ({ ...run, status: 'success' as const, detail: 'Success' });
  const invalid = { code: 'CAPTURE_OUTPUT_INVALID', retry: 'never' };
  assert.throws(() => readAnswer(HOT, ended(part(0, 1))), { ...invalid, message: /sent 1 bytes from byte 0 of 34800/ });
  assert.throws(() => readAnswer(HOT, ended(part(0, 511))), invalid);
  assert.equal(readAnswer(HOT, ended(part(0, 512))).missing.length, 2);
  assert.throws(() => readAnswer(HOT, ended(part(PART))), { ...invalid, message: /began with byte 17400/ });
  assert.throws(() => readAnswer(HOT, ended(part(0, PART, { bytes: 9 }))), { ...invalid, message: /more than its/ });
  const flood = { ...part(0), stdout: 'x'.repeat(50_000) };
  assert.throws(() => readAnswer(HOT, ended(flood)), { ...invalid, message: /50000 characters/ });
});

test('what would take more than 256 commands is refused before one is sent, with the way out', async () => {
  const world = setUp(() => ENDLESS);
  await assert.rejects(fetchCapture(world.deps, CAPTURE, begun(257), never), {
    code: 'TRANSFER_TOO_LONG',
    message: `The result of ${HOT}, 4472 kB, would take 257 commands; at most 256 are sent for a capture.`,
    hint: /CAPTURE_BUCKET/,
    retry: 'never',
  });
  assert.equal(world.fake.sent.length, 0);
  const whole = bytesOf(256);
  const { report, honest } = holding(whole);
  const patient = setUp(honest);
  const fetched = fetchCapture(patient.deps, CAPTURE, begun(256, report.sha256), never);
  assert.deepEqual(await settled(patient.clock, fetched), whole);
  assert.equal(patient.fake.sent.length, 256);
});

test('a look is over after half a minute, and the next one asks for what is missing', async () => {
  const whole = bytesOf(100);
  const { report, honest } = holding(whole);
  const world = setUp(honest);
  const transfer = newTransfer();
  const look = () => settled(world.clock, fetchSome(world.deps, CAPTURE, begun(100, report.sha256), transfer, never));
  assert.equal(await look(), null);
  const seconds = (world.clock.now() - NOW) / 1000;
  assert.ok(seconds >= 30 && seconds < 40, `${seconds} s`);
  let looks = 1;
  let fetched: Uint8Array | null = null;
  for (; fetched === null; looks++) fetched = await look();
  assert.deepEqual(fetched, whole);
  assert.equal(world.fake.sent.length, 100, `${looks} looks`);
});

const LIES: Readonly<Record<string, (world: ReturnType<typeof holding>, offset: number) => FakeRun>> = {
  'a byte of it': ({ part }, offset) => part(offset, 1),
  'the part before': ({ part }, offset) => part(Math.max(0, offset - PART)),
  'a part that overlaps': ({ part }, offset) => part(offset + 1),
  'a part of something else': ({ part }, offset) => part(offset, PART, { sha256: 'f'.repeat(64) }),
  'a part of something larger': ({ part }, offset) => part(offset, PART, { bytes: 60 * PART }),
  'the first part, always': ({ part }) => part(0),
};

for (const [what, lie] of Object.entries(LIES)) {
  test(`an instance that is asked for a part and sends ${what} is refused for good, after a few commands`, async () => {
    const instance = holding(bytesOf(30));
    const world = setUp((script) => lie(instance, offsetOf(script)));
    const report = { ...begun(30, instance.report.sha256), missing: begun(30).missing.slice(1) };
    await assert.rejects(settled(world.clock, fetchCapture(world.deps, CAPTURE, report, never)), {
      code: 'CAPTURE_OUTPUT_INVALID',
      retry: 'never',
    });
    assert.equal(world.fake.sent.length, 3);
  });
}

test('a result that always arrives damaged is not fetched again and again: repeated commands count', async () => {
  const instance = holding(bytesOf(100));
  const world = setUp((script) => instance.part(offsetOf(script), PART, { sha256: '0'.repeat(64) }));
  const transfer = newTransfer();
  const codes: string[] = [];
  for (let look = 0; look < 30 && codes.at(-1) !== 'TRANSFER_TOO_LONG'; look++) {
    const some = fetchSome(world.deps, CAPTURE, begun(100), transfer, never);
    await settled(world.clock, some).catch((error: { code: string }) => codes.push(error.code));
  }
  assert.deepEqual(codes, ['CAPTURE_DAMAGED', 'CAPTURE_DAMAGED', 'TRANSFER_TOO_LONG']);
  assert.equal(world.fake.sent.length, 200);
});

const THROTTLED = new OutageError('SSM_SEND_FAILED', 'AWS throttles SendCommand.');

test('a fetch that is throttled for 90 s is repeated, ever more seldom, and no command is lost', async () => {
  const whole = bytesOf(5);
  const { report, honest } = holding(whole);
  for (const what of ['send', 'result'] as const) {
    const world = setUp(honest);
    const working = fetchCapture(world.deps, CAPTURE, begun(5, report.sha256), never);
    await pass(world.clock, 2);
    world.broken[what] = THROTTLED;
    const before = world.asked();
    await pass(world.clock, 90);
    // Three workers, 90 s: at each pause of 10 s one question at most, and those of the beginning.
    assert.ok(world.asked() - before <= 3 * 14, `${world.asked() - before} questions`);
    world.broken[what] = null;
    assert.deepEqual(await settled(world.clock, working), whole);
    assert.equal(world.fake.sent.length, 5);
  }
});

test('a longer outage ends the look; the next one keeps the parts that have come', async () => {
  const whole = bytesOf(9);
  const { report, honest } = holding(whole);
  const world = setUp(honest);
  const transfer = newTransfer();
  const look = () => settled(world.clock, fetchSome(world.deps, CAPTURE, begun(9, report.sha256), transfer, never));
  const first = look();
  while (transfer.parts.size === 0) await pass(world.clock, 1);
  world.broken.result = THROTTLED;
  await assert.rejects(first, THROTTLED);
  world.broken.result = null;
  const { size } = transfer.parts;
  assert.ok(size > 0 && size < 9, `${size} parts have come`);
  const sent = world.fake.sent.length;
  assert.deepEqual(await look(), whole);
  assert.equal(world.fake.sent.length - sent, 9 - size);
});

test('what is too large for pieces waits for a bucket that is only throttled', async () => {
  const world = setUp(() => ENDLESS);
  const uploads = new FakeUploads();
  const throttled = new OutageError('S3_GET_FAILED', 'AWS throttles GetObject.');
  uploads.address = async () => {
    throw throttled;
  };
  const deps = { ...world.deps, uploads };
  const transfer = newTransfer();
  await assert.rejects(settled(world.clock, fetchSome(deps, CAPTURE, begun(300), transfer, never)), throttled);
  assert.equal(transfer.noBucket, false);
  uploads.address = async () => {
    throw new TypeError('a bug');
  };
  await assert.rejects(settled(world.clock, fetchSome(deps, CAPTURE, begun(300), transfer, never)), TypeError);
});
