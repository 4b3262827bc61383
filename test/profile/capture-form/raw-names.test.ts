import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readCapture } from '../../../service/profile/capture-form/capture-form.ts';
import { NativeNames } from '../../../service/profile/capture-form/native-names.ts';

const FIXTURE = gunzipSync(
  readFileSync(join(import.meta.dirname, '../../fixtures/captures/mail-ingest.capture.gz')),
).toString();

const RAW: readonly (readonly [symbol: string, name: string])[] = [
  ['_ZN4node5StartEiPPc', 'node::Start'],
  ['_ZN4node5StartEiPPc.cold', 'node::Start'],
  ['_RNvC7mycrate3run', 'mycrate::run'],
  ['_ZN2v88internal', '_ZN2v88internal'],
  ['main', 'main'],
];

/** A capture of one sample whose stack has these frame lines, and the names that are read from it. */
function namesOf(lines: readonly string[], symbols: string | undefined): string[] {
  const count = lines.filter((line) => !line.startsWith('@')).length;
  const facts = {
    hz: 100,
    seconds: 1,
    binMs: 20,
    processes: [{ pid: 70, name: 'node' }],
    ledger: { recorded: 1, drawn: 1, lost: 0 },
    symbols,
  };
  const tree = Array.from({ length: count }, (_, i) => String.fromCharCode(47 + i)).join('');
  const rest = ['threads 1', '0 70 node', `tree ${count}`, tree, 'bins 1', 'samples 1', '/', '/', '/'];
  const text = ['smokejumper-capture 1', JSON.stringify(facts), `frames ${count}`, ...lines, ...rest, ''].join('\n');
  const { frames } = readCapture(text);
  return Array.from({ length: frames.symbol.length }, (_, i) => frames.symbol[i] as string);
}

test('names of native code are demangled where the capture says that they are raw', () => {
  const lines = ['@/usr/bin/node', ...RAW.map(([symbol]) => `.${symbol}`)];
  assert.deepEqual(
    namesOf(lines, 'raw').filter((name) => name !== ''),
    [...new Set(RAW.map(([, name]) => name))],
  );
  for (const symbols of [undefined, 'cooked']) {
    assert.deepEqual(
      namesOf(lines, symbols).filter((name) => name !== ''),
      RAW.map(([symbol]) => symbol),
    );
  }
});

test('names of generated code and of the kernel stay as they are', () => {
  const kept = ['_ZN1a1bEv', '_RNvC1a1b'];
  const lines = ['@[kernel.kallsyms]', `.${kept[0]}`, '@[JIT]', `=${kept[1]}`];
  assert.deepEqual(
    namesOf(lines, 'raw').filter((name) => name !== ''),
    kept,
  );
});

test('a long name is cut after it was demangled, as the script cuts those that perf has demangled', () => {
  const long = `_ZN${'8abcdefgh'.repeat(100)}Ev`;
  const [name] = namesOf(['@/usr/bin/x', `.${long}`], 'raw').filter((text) => text !== '');
  assert.equal(name, `${'abcdefgh::'.repeat(30).slice(0, 297)}...`);
});

test('a recorded capture has the same names, raw or demangled on the instance', () => {
  const profile = readCapture(FIXTURE);
  const again = readCapture(FIXTURE.replace('{"', '{"symbols":"raw","'));
  assert.deepEqual(again.frames.symbol, profile.frames.symbol);
  assert.deepEqual(again.functions, profile.functions);
});

test('a capture may spend only so much on names: those beyond that stay raw', () => {
  const names = new NativeNames();
  const symbols = Array.from({ length: 600 }, (_, i) => `_Z6f${10_000 + i}I${'JE'.repeat(8000)}E`);
  const read = symbols.map((symbol) => names.of(symbol, '/usr/bin/x'));
  assert.equal(read[0], 'f10000<>');
  assert.ok(read.at(-1)?.startsWith('_Z6f10599IJEJE') && read.at(-1)?.length === 300);
  assert.equal(names.of('_ZN4node5StartEiPPc', '/usr/bin/node'), '_ZN4node5StartEiPPc');
  assert.equal(names.of(symbols[0] as string, '/usr/bin/x'), 'f10000<>');
});
