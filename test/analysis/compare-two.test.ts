import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { createAnalysis } from '../../service/analysis/create-analysis.ts';
import type { ComparedSide } from '../../service/incidents/files/analysis-port.ts';
import { silentLog } from '../../service/shared/log.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { inlineAnalysis } from '../support/inline-analysis.ts';
import { openTestStore } from '../support/open-test-store.ts';

const CAPTURES = join(import.meta.dirname, '../fixtures/captures');
const upload = (label: string, text: string): ComparedSide => ({
  from: 'upload',
  bytes: new TextEncoder().encode(text),
  label,
});
const recording = (name: string): ComparedSide => ({
  from: 'recording',
  bytes: readFileSync(join(CAPTURES, `${name}.capture.gz`)),
  label: name,
});
const { compareTwo } = inlineAnalysis();

test('two recordings are compared in a thread of the pool, in cores and with a graph', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'compare-two-'));
  const options = { dataDir, workers: 1, memoryMb: 512, cacheMb: 1, version: '0.1.0', source: false };
  const parts = createAnalysis(options, localStore(openTestStore()), silentLog);
  t.after(() => {
    parts.close();
    rmSync(dataDir, { recursive: true });
  });
  const { model, graph } = await parts.analysis.compareTwo({ a: recording('busy-healthy'), b: recording('busy-hot') });
  assert.equal(model.unit, 'cores');
  assert.deepEqual(
    model.findings.map(({ name, a, b, significant }) => [name, a, b, significant]),
    [['handle', '0.19', '0.57', true]],
  );
  assert.match(Buffer.from(graph ?? []).toString(), /busy-hot against busy-healthy/);
  const apart = model.issues.find(({ message }) => message.startsWith('The recordings started'));
  assert.match(apart?.fix ?? '', /in between/);
});

test('files without times are compared by shares, and the page is told what that means', async () => {
  const { model } = await compareTwo({ a: upload('a', 'm;x 400\nm;y 600\n'), b: upload('b', 'm;x 900\nm;y 100\n') });
  assert.equal(model.unit, 'shares');
  assert.equal(model.findings[0]?.b, '90.0 %');
  assert.match(model.issues.map(({ side, message }) => `${side}: ${message}`).join('\n'), /A: .*not cores/);
});

test('profiles that are too weak are not drawn, and no function is named', async () => {
  const { model, graph } = await compareTwo({ a: upload('a', 'm;x 4\n'), b: upload('b', 'm;y 3\n') });
  assert.equal(graph, null);
  assert.equal(model.grade, 'withheld');
  assert.deepEqual(model.findings, []);
});

test('what cannot be read is named by its side, and what an instance sent is read as a capture only', async () => {
  const good = upload('a', 'm;x 400\n');
  await assert.rejects(compareTwo({ a: good, b: upload('notes.txt', 'Dear diary,\n') }), {
    code: 'FORMAT_UNKNOWN',
    message: /^B, "notes\.txt": The profile is not a profile/,
  });
  const damaged = { ...recording('busy-hot'), bytes: new Uint8Array([0x1f, 0x8b, 1, 2]) };
  await assert.rejects(compareTwo({ a: damaged, b: good }), { message: /^A, "busy-hot": / });
});

test('a name of megabytes does not make a page of megabytes', async () => {
  const name = 'x'.repeat(3_000_000);
  const [a, b] = [upload('a', `m;y 900\nm;${name} 1\n`), upload('b', `m;y 100\nm;${name} 900\n`)];
  const { model } = await compareTwo({ a, b });
  assert.ok(model.findings.length > 0);
  assert.ok(JSON.stringify(model).length < 50_000);
});
