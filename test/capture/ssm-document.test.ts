/** The SSM document of our own: the same scripts, and nothing that a parameter could do to the shell. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { outdented, SCRIPT_ACTIONS } from '../../service/capture/assemble-script.ts';
import { SCRIPT_OPTIONS } from '../../service/capture/script-call.ts';
import { documentParameters } from '../../service/capture/ssm-document.ts';
import { readDocumentContent, readSentScripts, readSsmDocument } from '../../service/remote-scripts.ts';

interface Parameter {
  readonly type: string;
  readonly default?: string;
  readonly allowedPattern: string;
}
interface Content {
  readonly schemaVersion: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly mainSteps: readonly { readonly inputs: { readonly runCommand: readonly string[] } }[];
}

const DOCUMENT = readSsmDocument();
const CONTENT = JSON.parse(DOCUMENT.content) as Content;
const LINES = CONTENT.mainSteps[0]?.inputs.runCommand ?? [];

/** What the agent would run, with the program that the scripts are handed to replaced. */
function shellWith(values: Readonly<Record<string, string>>, end: string): string {
  const all = Object.fromEntries(
    Object.entries(CONTENT.parameters).map(([name, { default: text = '' }]) => [name, text]),
  );
  const lines = [...LINES.slice(0, -1), end].join('\n');
  return lines.replace(/\{\{ (\w+) \}\}/g, (_all, name: string) => ({ ...all, ...values })[name] ?? '');
}

function sh(text: string): string {
  return spawnSync('sh', { input: text, encoding: 'utf8', maxBuffer: 1 << 22 }).stdout;
}

for (const action of SCRIPT_ACTIONS) {
  test(`the document holds the very script of ${action}`, () => {
    const unpacked = sh(shellWith({ action }, `printf '%s\\n' "$script"`));
    assert.ok(unpacked === outdented(readSentScripts()[action]), 'the texts differ');
  });
}

test('the document fits into SSM with room to grow', () => {
  const bytes = Buffer.byteLength(DOCUMENT.content);
  assert.ok(bytes < 63.75 * 1024, `${bytes} of 65536 bytes`);
  assert.doesNotMatch(DOCUMENT.content, /[^\n -~]/);
});

test('the document bears the hash of what it does, and takes no call for another version', () => {
  const { version } = CONTENT.parameters;
  assert.match(DOCUMENT.version, /^[0-9a-f]{16}$/);
  assert.equal(version?.allowedPattern, `^${DOCUMENT.version}$`);
  assert.equal(version?.default, undefined);
  const given = documentParameters({ action: 'clean', options: { id: 'x' } }, DOCUMENT.version);
  assert.deepEqual(given, { version: DOCUMENT.version, action: 'clean', id: 'x' });
});

test('every parameter is a string with a pattern for all of it, which its default matches', () => {
  for (const [name, parameter] of Object.entries(CONTENT.parameters)) {
    assert.equal(parameter.type, 'String', name);
    assert.match(parameter.allowedPattern, /^\^.*\$$/, name);
    if (parameter.default !== undefined) assert.match(parameter.default, new RegExp(parameter.allowedPattern), name);
    // Go takes no more; documents are read by AWS in Java, and by its agent in Go.
    for (const [, times] of parameter.allowedPattern.matchAll(/\{\d+,(\d+)\}/g)) assert.ok(Number(times) <= 1000, name);
  }
  for (const name of Object.keys(SCRIPT_OPTIONS)) assert.ok(CONTENT.parameters[name] !== undefined, name);
});

test('no value that SSM lets through can leave its quotes', () => {
  const hostile = fc.string({ unit: fc.constantFrom(...'\'"`$(){};|&<>\\ \n\t!*?[]~#=:/.,-+a1Az'), maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(CONTENT.parameters)), hostile, (name, value) => {
      const allowed = new RegExp(CONTENT.parameters[name]?.allowedPattern ?? '').test(value);
      assert.ok(!allowed || /^[A-Za-z0-9._~:/?&=%+, -]*$/.test(value), `${name}: ${JSON.stringify(value)}`);
    }),
    { numRuns: 3000 },
  );
  for (const line of LINES) assert.ok(!/\{\{/.test(line.replace(/'\{\{ \w+ \}\}'/g, '')), line);
});

test('a document is known again when another program wrote its JSON, and not when a word of it has changed', () => {
  const wanted = readDocumentContent(DOCUMENT.content);
  assert.deepEqual(readDocumentContent(JSON.stringify(CONTENT)), wanted);
  const text = DOCUMENT.content;
  assert.notDeepEqual(readDocumentContent(text.replace('yes', 'y.*')), wanted);
  assert.notDeepEqual(readDocumentContent(text.replace('eval ', 'id; eval ')), wanted);
  for (const other of ['', '{', 'null', text.replace("packed='H4", "packed='H5")])
    assert.equal(readDocumentContent(other), null, other.slice(0, 20));
});
