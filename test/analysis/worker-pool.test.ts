/** Whatever happens in a thread ends the job it had, in words, and nothing else. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type PoolOptions, WorkerPool } from '../../service/analysis/worker-pool.ts';
import { AppError } from '../../service/shared/errors.ts';
import { until } from '../support/until.ts';

/** Does what the job says: `{ do: 'answer', value }` and so on. */
const SCRIPT = `
import { parentPort } from 'node:worker_threads';
const kept = [];
let jobs = 0;
parentPort.on('message', async (job) => {
  jobs++;
  if (job.do === 'answer') parentPort.postMessage({ value: { said: job.value, jobs } });
  if (job.do === 'count') parentPort.postMessage({ value: job.bytes.reduce((sum, byte) => sum + byte, 0) });
  if (job.do === 'refuse') {
    const facts = { isOurs: true, code: 'INPUT_EMPTY', retry: 'never', hint: 'Record again.' };
    parentPort.postMessage({ error: { ...facts, name: 'AppError', message: 'Nothing came.' } });
  }
  const bug = { isOurs: false, name: 'TypeError', message: 'oops', stack: 'at x' };
  if (job.do === 'bug') parentPort.postMessage({ error: bug });
  if (job.do === 'throw') setImmediate(() => { throw new RangeError('out of bounds'); });
  if (job.do === 'exit') process.exit(3);
  if (job.do === 'hang') for (;;);
  if (job.do === 'wait') Atomics.wait(new Int32Array(job.gate), 0, 0);
  if (job.do === 'wait') parentPort.postMessage({ value: 'waited' });
  if (job.do === 'eat') for (;;) kept.push(new Array(10_000).fill(1).map((n) => ({ n, a: [n], s: 'x' + kept.length })));
  if (job.do === 'environment') parentPort.postMessage({ value: Object.keys(process.env) });
});`;

const entry = new URL(`data:text/javascript,${encodeURIComponent(SCRIPT)}`);
/** Longer than any job here takes, on any machine. */
const AMPLE_MS = 600_000;

function poolOf(options: Partial<PoolOptions> = {}): WorkerPool {
  const pool = new WorkerPool({ entry, workers: 1, memoryMb: 64, deadlineMs: AMPLE_MS, idleMs: AMPLE_MS, ...options });
  after(() => pool.close());
  return pool;
}

/** A job that goes on when it is let. */
function gated() {
  const gate = new SharedArrayBuffer(4);
  const open = () => {
    Atomics.store(new Int32Array(gate), 0, 1);
    Atomics.notify(new Int32Array(gate), 0);
  };
  return { job: { do: 'wait', gate }, open };
}

const answered = (value: string) => ({ do: 'answer', value });

async function stillWorks(pool: WorkerPool): Promise<void> {
  assert.deepEqual(await pool.run(answered('next'), 'The next'), { said: 'next', jobs: 1 }, 'in a new thread');
}

test('one thread does job after job, in the order in which they came', async () => {
  const pool = poolOf();
  const said = await Promise.all(['a', 'b', 'c'].map((value) => pool.run(answered(value), value)));
  assert.deepEqual(
    said,
    ['a', 'b', 'c'].map((value, at) => ({ said: value, jobs: at + 1 })),
  );
});

test('bytes are handed over, not copied', async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  assert.equal(await poolOf().run({ do: 'count', bytes }, 'Counting'), 6);
  assert.equal(bytes.byteLength, 0);
});

test('what an incident waits for goes before what pages ask for', async () => {
  const pool = poolOf();
  const gate = gated();
  const order: string[] = [];
  const run = (name: string, ahead: boolean) =>
    pool.run(answered(name), name, { ahead }).then(() => void order.push(name));
  const first = pool.run(gate.job, 'The first');
  const rest = [run('page', false), run('incident', true)];
  gate.open();
  await Promise.all([first, ...rest]);
  assert.deepEqual(order, ['incident', 'page']);
});

test('two threads work at once, a third is never started', async () => {
  const pool = poolOf({ workers: 2 });
  const [one, two] = [gated(), gated()];
  const [first, second] = [pool.run(one.job, 'one'), pool.run(two.job, 'two')];
  const third = pool.run(answered('three'), 'three');
  two.open();
  assert.equal(await second, 'waited');
  assert.deepEqual(await third, { said: 'three', jobs: 2 }, 'in the thread that is free again');
  one.open();
  assert.equal(await first, 'waited');
});

for (const way of ['throw', 'exit'] as const) {
  test(`a thread that dies (${way}) fails its job with ANALYSIS_CRASHED; the next job has a new one`, async () => {
    const pool = poolOf();
    await assert.rejects(pool.run({ do: way }, 'The analysis of inc-1'), {
      code: 'ANALYSIS_CRASHED',
      message: 'The analysis of inc-1 ended before its time: its thread is gone.',
      retry: 'later',
    });
    await stillWorks(pool);
  });
}

test('a thread that wants more memory than it may have fails its job with ANALYSIS_OUT_OF_MEMORY', async () => {
  const pool = poolOf();
  await assert.rejects(pool.run({ do: 'eat' }, 'The analysis of inc-1'), {
    code: 'ANALYSIS_OUT_OF_MEMORY',
    message: 'The analysis of inc-1 needed more than 64 MB of memory.',
    hint: /ANALYSIS_MEMORY_MB/,
    retry: 'never',
  });
  await stillWorks(pool);
});

test('the process outlives every thread that runs out of memory, whatever it has just made', async () => {
  const pool = poolOf();
  for (let time = 0; time < 20; time++) {
    await assert.rejects(pool.run({ do: 'eat' }, 'The analysis of inc-1'), { code: 'ANALYSIS_OUT_OF_MEMORY' });
  }
  await stillWorks(pool);
});

test('a job that cannot be sent to a thread fails, and the next one is done', async () => {
  const pool = poolOf();
  await assert.rejects(pool.run({ do: 'answer', value: () => 1 }, 'The first'), { code: 'ANALYSIS_CRASHED' });
  await stillWorks(pool);
});

test('a thread that hangs is ended at its deadline: ANALYSIS_TIMED_OUT', async () => {
  const pool = poolOf({ deadlineMs: 50 });
  await assert.rejects(pool.run({ do: 'hang' }, 'The analysis of inc-1'), {
    code: 'ANALYSIS_TIMED_OUT',
    message: 'The analysis of inc-1 was not done within 0 s.',
  });
});

test('what waits behind a job that hangs is done after it', async () => {
  const pool = poolOf();
  const stop = new AbortController();
  const hanging = pool.run({ do: 'hang' }, 'The first', { signal: stop.signal });
  const next = pool.run(answered('next'), 'The next');
  stop.abort();
  await assert.rejects(hanging, { code: 'INTERRUPTED', retry: 'later' });
  assert.deepEqual(await next, { said: 'next', jobs: 1 });
});

test('an aborted job that still waits is not begun', async () => {
  const pool = poolOf();
  const gate = gated();
  const first = pool.run(gate.job, 'The first');
  const stop = new AbortController();
  const waiting = pool.run(answered('never'), 'The second', { signal: stop.signal });
  stop.abort();
  await assert.rejects(waiting, { code: 'INTERRUPTED', message: 'The second was interrupted.' });
  gate.open();
  await first;
  assert.deepEqual(await pool.run(answered('third'), 'The third'), { said: 'third', jobs: 2 });
  await assert.rejects(pool.run(answered('late'), 'The late', { signal: stop.signal }), { code: 'INTERRUPTED' });
});

test('a refusal comes back as the AppError that it was, a bug as an error with its stack', async () => {
  const pool = poolOf();
  const refusal = await pool.run({ do: 'refuse' }, 'x').catch((error: unknown) => error);
  assert.ok(refusal instanceof AppError);
  const { code, message, hint, retry } = refusal;
  assert.deepEqual([code, message, hint, retry], ['INPUT_EMPTY', 'Nothing came.', 'Record again.', 'never']);
  const bug = await pool.run({ do: 'bug' }, 'x').catch((error: unknown) => error);
  assert.ok(bug instanceof Error && !(bug instanceof AppError));
  assert.deepEqual([bug.name, bug.message, bug.stack], ['TypeError', 'oops', 'at x']);
});

test('pages may fill the queue, and are told so; an incident still gets its turn', async () => {
  const pool = poolOf();
  const gate = gated();
  const first = pool.run(gate.job, 'The first');
  const pages = Array.from({ length: 32 }, (_, at) => pool.run(answered(`${at}`), 'A page'));
  await assert.rejects(pool.run(answered('one too many'), 'A page'), { code: 'ANALYSIS_BUSY', retry: 'later' });
  const incident = pool.run(answered('incident'), 'The incident', { ahead: true });
  gate.open();
  assert.deepEqual(await incident, { said: 'incident', jobs: 2 });
  await Promise.all([first, ...pages]);
});

test('a pool that closes ends what is under way and what waits', async () => {
  const pool = poolOf();
  const jobs = [pool.run({ do: 'hang' }, 'The first'), pool.run(answered('second'), 'The second')];
  pool.close();
  await Promise.all(jobs.map((job) => assert.rejects(job, { code: 'INTERRUPTED' })));
  await assert.rejects(pool.run(answered('x'), 'A late one'), { code: 'INTERRUPTED' });
});

test('a thread that has nothing to do ends; the next job has a new one', async () => {
  const pool = poolOf({ idleMs: 1 });
  await pool.run(answered('first'), 'The first');
  await until(AMPLE_MS, 'a job in a new thread', async () => {
    const { jobs } = (await pool.run(answered('next'), 'The next')) as { jobs: number };
    return jobs === 1 ? jobs : undefined;
  });
});

test('a thread sees nothing of the environment, which holds secrets', async () => {
  const names = (await poolOf().run({ do: 'environment' }, 'x')) as string[];
  assert.deepEqual(
    names.filter((name) => name !== 'NODE_COMPILE_CACHE'),
    [],
  );
});
