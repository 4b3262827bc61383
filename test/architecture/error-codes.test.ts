import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { type Node, parseSync, Visitor } from 'oxc-parser';

const ROOT = join(import.meta.dirname, '../..');
/** `CAPTURE_FAILED`, `INTERNAL`; the codes of Node and of DNS begin with an E. */
const CODE = /^(?!E[A-Z]+$)[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Codes given to a constructor or a function as first argument, or to an object as `code`. */
function codesOf(file: string): string[] {
  const codes: string[] = [];
  const note = (node: Node | undefined) => {
    if (node?.type === 'Literal' && typeof node.value === 'string' && CODE.test(node.value)) codes.push(node.value);
    if (node?.type !== 'ConditionalExpression') return;
    note(node.consequent);
    note(node.alternate);
  };
  const makesError = (callee: Node) =>
    callee.type === 'Identifier' && /error|fault|damaged|invalid|broken/i.test(callee.name);
  new Visitor({
    NewExpression: (node) => makesError(node.callee) && note(node.arguments[0]),
    CallExpression: (node) => makesError(node.callee) && note(node.arguments[0]),
    Property: (node) => node.key.type === 'Identifier' && node.key.name === 'code' && note(node.value),
  }).visit(parseSync(file, read(file)).program);
  return codes;
}

test('each error code of the service is named by a test', () => {
  const codes = new Set(globSync('service/**/*.ts', { cwd: ROOT }).flatMap(codesOf));
  assert.ok(codes.size > 60);
  for (const code of ['BAD_CERTIFICATE', 'INTERNAL', 'SSM_LIST_FAILED', 'CAPTURE_FAILED', 'INPUT_TOO_LARGE']) {
    assert.ok(codes.has(code), `${code} is not found`);
  }
  // What fakes throw proves nothing.
  const files = globSync('test/**/*.ts', { cwd: ROOT, exclude: ['test/support/**', 'test/architecture/**'] });
  const named = new Set(files.flatMap((file) => read(file).match(/\b[A-Z][A-Z0-9_]{4,}\b/g) ?? []));
  assert.deepEqual([...codes].filter((code) => !named.has(code)).sort(), []);
});
