import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { joinModules } from '../../service/capture/join-modules.ts';

function join(files: Readonly<Record<string, string>>): string {
  return joinModules('main.js', (name) => {
    const text = files[name];
    if (text === undefined) throw new Error(`no ${name}`);
    return text.split('\n');
  }).join('\n');
}

const FILES = {
  'main.js': `const {
  add,
} = require('./parts/add.js');
const { next } = require('./parts/count.js');
const one = 5;
console.log(add(one), next(), next());`,
  'parts/add.js': `const { one } = require('./one.js');
const { next } = require('./count.js');
const add = (n) => n + one + next();
module.exports = { add };`,
  'parts/count.js': `const path = require('node:path');
let one = 10;
function next() {
  return path.sep.length + one++;
}
module.exports = {
  next,
};`,
  'parts/one.js': 'const one = 1;\nmodule.exports = { one };',
};

test('modules become one classic script: each once, with its own names and its own state', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', join(FILES)], { encoding: 'utf8' });
  assert.equal(stdout, '17 12 13\n', stderr);
});

test('a program in one file stays as it is, what it requires of Node included', () => {
  const text = "const fs = require('node:fs');\nconst acorn = require('internal/deps/acorn/acorn/dist/acorn');";
  assert.equal(join({ 'main.js': text }), text);
});

test('modules that require each other are refused', () => {
  const files = {
    'main.js': "const { a } = require('./a.js');",
    'a.js': "const { b } = require('./b.js');\nmodule.exports = { a: b };",
    'b.js': "const { a } = require('./a.js');\nmodule.exports = { b: a };",
  };
  assert.throws(() => join(files), { code: 'SCRIPT_INVALID', message: /^a\.js requires itself, by way of .*b\.js\.$/ });
});
