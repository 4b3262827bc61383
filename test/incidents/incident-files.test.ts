/** What is kept of an incident, and what is made again when somebody asks. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { AnalysisPort } from '../../service/incidents/files/analysis-port.ts';
import type { IncidentId } from '../../service/shared/ids.ts';
import { acceptAlarm } from '../support/accept-alarm.ts';
import { NOW, runnerOf, runToEnd, setUp } from '../support/engine-world.ts';
import { filesOf, inlineAnalysis, MemoryCache } from '../support/inline-analysis.ts';

type World = ReturnType<typeof setUp>;

async function notified(): Promise<{ world: World; id: IncidentId }> {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  assert.equal(await runToEnd(world, id), 'notified');
  return { world, id };
}

/** Counts the jobs that draw. */
function counting(): { readonly analysis: AnalysisPort; readonly renders: () => number } {
  const analysis = inlineAnalysis();
  let renders = 0;
  const render: AnalysisPort['render'] = (...args) => {
    renders++;
    return analysis.render(...args);
  };
  return { analysis: { ...analysis, render }, renders: () => renders };
}

const GRAPHS = ['differential', 'healthy', 'hot'].flatMap((name) => [`${name}.png`, `${name}.svg`]);

test('kept are the recordings, the words and the code; all files are listed and served as ever', async () => {
  const { world, id } = await notified();
  const recordings = world.store.captures(id).map((capture) => `${capture.id}.capture.gz`);
  const kept = [...recordings, 'mail.json', 'source.json'].sort();
  assert.deepEqual(
    world.store.files(id).map(({ name }) => name),
    kept,
  );
  const listed = await world.files.files(id);
  assert.deepEqual(
    listed.map(({ name }) => name),
    [...kept, ...GRAPHS, 'differential.json', 'report.html'].sort(),
  );
  for (const { name, bytes } of listed) {
    const file = await world.files.file(id, name);
    assert.ok(file && file.content.length > 0, name);
    if (name !== 'report.html') assert.equal(file.content.length, bytes, name);
  }
  const types = await Promise.all(
    ['hot.svg', 'hot.png', 'differential.json', 'report.html'].map((name) => world.files.file(id, name)),
  );
  assert.deepEqual(
    types.map((file) => file?.contentType),
    ['image/svg+xml; charset=utf-8', 'image/png', 'application/json; charset=utf-8', 'text/html; charset=utf-8'],
  );
});

test('requests at once share one job, later ones the cache; without a cache each costs a job', async () => {
  const { world, id } = await notified();
  const { analysis, renders } = counting();
  const files = filesOf(world.ports.store, analysis);
  const ask = (name: string) => files.file(id, name);
  const [first] = await Promise.all(['hot.svg', 'hot.png', 'differential.svg', 'report.html'].map(ask));
  assert.equal(renders(), 1);
  const again = await ask('hot.svg');
  assert.equal(renders(), 1);
  assert.deepEqual(again && { ...again, content: new Uint8Array(again.content) }, first);
  const forgetful = Object.assign(new MemoryCache(), { put: async () => undefined });
  const uncached = filesOf(world.ports.store, analysis, forgetful);
  assert.deepEqual((await uncached.file(id, 'hot.svg'))?.hash, first?.hash);
  assert.deepEqual((await uncached.file(id, 'hot.svg'))?.hash, first?.hash);
  assert.equal(renders(), 3);
});

test('a job that fails is told to all who wait for it, and the next request begins anew', async () => {
  const { world, id } = await notified();
  const { analysis } = counting();
  let isBroken = true;
  const render: AnalysisPort['render'] = (...args) => {
    if (isBroken) return Promise.reject(new Error('broken'));
    return analysis.render(...args);
  };
  const files = filesOf(world.ports.store, { ...analysis, render });
  await Promise.all(['hot.svg', 'hot.png'].map((name) => assert.rejects(files.file(id, name), /broken/)));
  isBroken = false;
  assert.ok(await files.file(id, 'hot.svg'));
});

test('what the analysis drew is in the cache: neither mail nor page draws it again', async () => {
  const world = setUp();
  const id = acceptAlarm(world.store, { nowMs: NOW });
  const { analysis, renders } = counting();
  assert.equal(await runToEnd({ ...world, runner: runnerOf({ ...world.ports, analysis }) }, id), 'notified');
  assert.equal(renders(), 0);
});

test('the report file is made anew when the report or the code has changed', async () => {
  const { world, id } = await notified();
  const before = await world.files.file(id, 'report.html');
  const report = world.store.report(id);
  assert.ok(report);
  world.store.saveReport(id, { ...report, shortcomings: ['The moon was in the way.'] });
  const after = await world.files.file(id, 'report.html');
  assert.notEqual(after?.hash, before?.hash);
  assert.match(new TextDecoder().decode(after?.content), /The moon was in the way\./);
});

test('an incident of an older release is served from what was kept; what is lost of that is made again', async () => {
  const { world, id } = await notified();
  const { analysis, renders } = counting();
  const old = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>');
  world.store.putFile(id, 'hot.svg', 'image/svg+xml', old);
  world.store.putFile(id, 'report.html', 'text/html', old);
  const files = filesOf(world.ports.store, analysis);
  assert.deepEqual(
    (await files.files(id)).filter(({ name }) => /^(?:hot\.svg|report\.html)$/.test(name)),
    [
      { name: 'hot.svg', bytes: old.length },
      { name: 'report.html', bytes: old.length },
    ],
  );
  const served = await files.file(id, 'hot.svg');
  assert.deepEqual([served?.content.length, served?.contentType, renders()], [old.length, 'image/svg+xml', 0]);
});

test('a graph whose recording is not kept any more is not listed, and nobody tries to draw it', async () => {
  const { world, id } = await notified();
  const { analysis, renders } = counting();
  const [, peer] = world.store.captures(id);
  const kept = world.store.files(id).filter(({ name }) => name !== `${peer?.id}.capture.gz`);
  const files = filesOf({ ...world.ports.store, files: async () => kept }, analysis);
  const names = (await files.files(id)).map(({ name }) => name);
  assert.deepEqual(
    names.filter((name) => /\.(?:svg|png)$|^differential/.test(name)),
    ['hot.png', 'hot.svg'],
  );
  assert.equal(await files.file(id, 'healthy.svg'), undefined);
  assert.equal(renders(), 0);
});

test('what an incident never had is no file of it, whatever it is called', async () => {
  const { world, id } = await notified();
  const { analysis, renders } = counting();
  const files = filesOf(world.ports.store, analysis);
  for (const name of ['programs.svg', 'cold.svg', 'hot.html', 'report.html.gz', '../hot.svg'])
    assert.equal(await files.file(id, name), undefined, name);
  assert.equal(await files.file('inc-unknown' as IncidentId, 'hot.svg'), undefined);
  assert.deepEqual(await files.files('inc-unknown' as IncidentId), []);
  assert.equal(renders(), 0);
});
