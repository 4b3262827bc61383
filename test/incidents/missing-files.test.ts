/** A file that is gone: the report is made all the same, says what is missing, once, and comes to its end. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { AnalysisPort } from '../../service/incidents/files/analysis-port.ts';
import { captureFile, type IncidentState } from '../../service/incidents/incident.ts';
import { createQueries } from '../../service/incidents/queries.ts';
import type { IncidentStore } from '../../service/incidents/store-port.ts';
import { AppError } from '../../service/shared/errors.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { acceptAlarm, HOT, PEER } from '../support/accept-alarm.ts';
import { CAPS, NOW, runnerOf, runToEnd, setUp, tickOnce } from '../support/engine-world.ts';
import { filesOf, inlineAnalysis } from '../support/inline-analysis.ts';

type World = ReturnType<typeof setUp>;

/** The same store, from whose folder some files are lost. */
function lossy(store: IncidentStore, isLost: (name: string) => boolean): IncidentStore {
  const file: IncidentStore['file'] = async (id, name) => {
    if (isLost(name)) throw new AppError('ARTIFACT_MISSING', 'The artifact abc is not in the artifact folder.');
    return store.file(id, name);
  };
  return Object.assign(Object.create(store), { file });
}

async function runTo(world: World, id: IncidentId, state: IncidentState): Promise<void> {
  for (let second = 0; second < 3600 && world.store.incident(id)?.state !== state; second++)
    await tickOnce(world.clock, world.runner);
  assert.equal(world.store.incident(id)?.state, state);
}

function captureName({ store }: World, id: IncidentId, role: 'hot' | 'peer'): string {
  const capture = store.captures(id).find((one) => one.role === role);
  return capture ? captureFile(capture) : '';
}

const occurrences = (text: string | undefined, words: string) => (text ?? '').split(words).length - 1;
const GONE = (instance: string) => `The recording of ${instance} is not in the data folder any more`;

for (const role of ['hot', 'peer'] as const) {
  test(`the recording of the ${role} is lost before the analysis: the report says so, once`, async () => {
    const world = setUp();
    const id = acceptAlarm(world.store, { nowMs: NOW });
    await runTo(world, id, 'collected');
    const lost = captureName(world, id, role);
    const runner = runnerOf({ ...world.ports, store: lossy(world.ports.store, (name) => name === lost) });
    assert.equal(await runToEnd({ ...world, runner }, id), 'notified');
    const words = GONE(role === 'hot' ? HOT : PEER);
    const said = world.store.report(id)?.shortcomings ?? [];
    assert.deepEqual(
      said.map((line) => line.includes(`${words}. Restore the artifact folder`)),
      [true],
    );
    assert.equal(world.store.incident(id)?.failure, null);
    const [mail] = world.mail.messages;
    assert.ok(occurrences(mail?.text, words) >= 1);
  });
}

test('a recording lost before the mail: it has the graphs that are left, and says why not the others', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  await runTo(world, id, 'reported');
  const lost = captureName(world, id, 'peer');
  // Another process: its cache knows nothing.
  const runner = runnerOf({ ...world.ports, store: lossy(world.ports.store, (name) => name === lost) });
  assert.equal(await runToEnd({ ...world, runner }, id), 'notified');
  const [mail] = world.mail.messages;
  assert.deepEqual(
    mail?.attachments.map(({ filename }) => filename),
    ['hot.png', 'hot.svg'],
  );
  assert.equal(occurrences(mail?.text, GONE(PEER)), 1);
  assert.doesNotMatch(mail?.html ?? '', /cid:(?:healthy|differential)@/);
  assert.match(mail?.html ?? '', /cid:hot@/);
  assert.deepEqual(world.store.report(id)?.shortcomings, [], 'what the report found is as it was');
});

for (const [what, content] of [
  ['lost', undefined],
  ['damaged', '{"subject":'],
] as const) {
  test(`mail.json is ${what}: the mail is written anew, in the same words`, async () => {
    const [whole, broken] = [setUp(), setUp()];
    const subjects = [];
    for (const world of [whole, broken]) {
      const id = acceptAlarm(world.store, { nowMs: NOW });
      await runTo(world, id, 'reported');
      let isLost = world === broken && content === undefined;
      if (world === broken && content) world.store.putFile(id, 'mail.json', 'application/json', Buffer.from(content));
      const store = lossy(world.ports.store, (name) => name === 'mail.json' && isLost);
      const putFile: IncidentStore['putFile'] = async (...file) => {
        if (file[1] === 'mail.json') isLost = false;
        return world.store.putFile(...file);
      };
      const runner = runnerOf({ ...world.ports, store: Object.assign(store, { putFile }) });
      assert.equal(await runToEnd({ ...world, runner }, id), 'notified');
      const [mail] = world.mail.messages;
      subjects.push(mail?.subject, mail?.text.replaceAll(id, 'ID'), mail?.attachments.length);
    }
    assert.deepEqual(subjects.slice(3), subjects.slice(0, 3));
  });
}

test('a report that failed is tried again and again: its reason stands in it once', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  await runTo(world, id, 'analyzed');
  const at = world.clock.now();
  const failure = { code: 'X', message: 'The report could not be written.', hint: 'Try again.' };
  world.store.claim({ states: ['analyzed'], caps: CAPS, owner: 'before', nowMs: at, leaseUntilMs: at + 30_000 });
  world.store.advance({
    id,
    owner: 'before',
    from: 'analyzed',
    to: 'failed',
    atMs: at,
    detail: 'x',
    changes: { failure },
  });
  let refusals = 0;
  const putFile: IncidentStore['putFile'] = async (...file) => {
    if (refusals++ < 6) throw new AppError('ARTIFACT_UNWRITABLE', 'The disk is full.', { retry: 'later' });
    world.store.putFile(...file);
  };
  const runner = runnerOf({ ...world.ports, store: Object.assign(Object.create(world.ports.store), { putFile }) });
  assert.equal(await runToEnd({ ...world, runner }, id), 'notified');
  assert.ok(refusals > 6);
  assert.deepEqual(world.store.report(id)?.shortcomings, ['The report could not be written. Try again.']);
  assert.equal(world.store.report(id)?.findings[0]?.function, 'handle', 'the analysis is in it');
  assert.equal(occurrences(world.mail.messages[0]?.text, 'The report could not be written.'), 1);
});

/** Each job ends as these say. */
function breaking(broken: readonly (keyof AnalysisPort)[], code: string): AnalysisPort {
  const fail = async () => {
    throw new AppError(code, 'Drawing needed more than 64 MB of memory.', { hint: 'Raise ANALYSIS_MEMORY_MB.' });
  };
  return { ...inlineAnalysis(), ...Object.fromEntries(broken.map((name) => [name, fail])) };
}

test('an analysis that always runs out of memory ends in a mail that says so', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const analysis = breaking(['analyze', 'render'], 'ANALYSIS_OUT_OF_MEMORY');
  assert.equal(await runToEnd({ ...world, runner: runnerOf({ ...world.ports, analysis }) }, id), 'notified');
  assert.equal(world.store.incident(id)?.failure?.code, 'ANALYSIS_OUT_OF_MEMORY');
  const report = world.store.report(id);
  assert.match(report?.shortcomings[0] ?? '', /needed more than 64 MB .*Raise ANALYSIS_MEMORY_MB/);
  assert.deepEqual(
    report?.captures.map(({ failure }) => failure?.code),
    ['NOT_ANALYZED', 'NOT_ANALYZED'],
  );
  assert.match(world.mail.messages[0]?.text ?? '', /Raise ANALYSIS_MEMORY_MB/);
});

test('where no thread lives long enough to write the mail, a plain one comes', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const analysis = breaking(['analyze', 'render', 'writeMail'], 'ANALYSIS_CRASHED');
  assert.equal(await runToEnd({ ...world, runner: runnerOf({ ...world.ports, analysis }) }, id), 'notified');
  const [mail] = world.mail.messages;
  assert.match(mail?.subject ?? '', /^web-prod i-0a+: no profile of the hot instance/);
  assert.match(mail?.text ?? '', new RegExp(`https://smokejumper.example.com/incidents/${id}\n$`));
  assert.match(mail?.html ?? '', /^<pre/);
});

test('graphs that cannot be drawn again do not hold up the mail', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  await runTo(world, id, 'reported');
  const analysis = breaking(['render'], 'ANALYSIS_TIMED_OUT');
  assert.equal(await runToEnd({ ...world, runner: runnerOf({ ...world.ports, analysis }) }, id), 'notified');
  const [mail] = world.mail.messages;
  assert.deepEqual(mail?.attachments, []);
  assert.equal(occurrences(mail?.text, 'This mail lacks graphs.'), 1);
  assert.doesNotMatch(mail?.html ?? '', /cid:/);
});

test('a page asks for what is lost: it is told which recording is gone, the other files are there', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  const lost = captureName(world, id, 'peer');
  const store = lossy(world.ports.store, (name) => name === lost);
  const queries = createQueries(store, { source: true, files: filesOf(store) });
  const gone = { code: 'RECORDING_GONE', message: new RegExp(`^${GONE(PEER)}, so `), hint: /Restore/ };
  for (const name of ['healthy.svg', 'differential.png', 'differential.json'])
    await assert.rejects(queries.file(id, name), gone, name);
  await assert.rejects(queries.recording(id, 'healthy'), gone);
  await assert.rejects(queries.file(id, lost), { code: 'ARTIFACT_MISSING' });
  assert.ok(await queries.file(id, 'hot.svg'));
  assert.ok(await queries.file(id, 'report.html'));
  assert.ok(await queries.recording(id, 'hot'));
});

test('what was made while a recording was lost is not kept: when it is back, all is as before', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  const lost = captureName(world, id, 'peer');
  let isLost = true;
  const store = lossy(world.ports.store, (name) => isLost && name === lost);
  const files = filesOf(store);
  const alone = await files.file(id, 'hot.svg');
  isLost = false;
  const whole = await files.file(id, 'hot.svg');
  assert.notEqual(alone?.hash, whole?.hash, 'without its peer it has no culprit to outline');
  assert.equal(whole?.hash, (await world.files.file(id, 'hot.svg'))?.hash);
});
