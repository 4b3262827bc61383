import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { SCRIPT_ACTIONS } from '../../service/capture/assemble-script.ts';
import { packRemoteScripts, readRemoteScripts } from '../../service/remote-scripts.ts';
import { awkFile, folder, has, PARTS } from '../support/scripts/remote-script.ts';

const SHELL_PARTS = globSync('**/*.sh', { cwd: PARTS });
const MAINS = SCRIPT_ACTIONS.map((action) => `${action}.sh`);

function complaints(program: string, args: readonly string[]): string {
  const result = spawnSync(program, args, { cwd: PARTS, encoding: 'utf8' });
  return `${result.stdout}${result.stderr}${result.status === 0 ? '' : `exit code ${result.status}`}`;
}

test('shellcheck finds nothing in any part, each read in its place', (t) => {
  if (!has('shellcheck')) return t.skip('shellcheck is not installed');
  // With -x and -a the parts that a first file names are read and checked with it; two of them stand alone.
  const args = ['--severity=style', '--shell=sh', '-x', '-a', ...MAINS, 'run/copy-map.sh', 'run/watch.sh'];
  assert.equal(complaints('shellcheck', args), '');
});

test('shfmt finds nothing in any part', (t) => {
  if (!has('shfmt')) return t.skip('shfmt is not installed');
  assert.equal(complaints('shfmt', ['-d', '-ln', 'posix', ...SHELL_PARTS]), '');
});

test('every part belongs to a script', () => {
  const named = [...MAINS, ...SHELL_PARTS].map((name) => readFileSync(join(PARTS, name), 'utf8')).join('\n');
  const parts = globSync('**/*.*', { cwd: PARTS });
  const required = parts
    .filter((name) => name.endsWith('.js'))
    .flatMap((name) =>
      [...readFileSync(join(PARTS, name), 'utf8').matchAll(/require\('(\.\/[^']+)'\)/g)].map(([, path]) =>
        join(dirname(name), path as string),
      ),
    );
  const used = (name: string) =>
    named.includes(`. ./${name}\n`) || named.includes(`'@${name}@'\n`) || required.includes(name);
  const loose = parts.filter((name) => !MAINS.includes(name) && !used(name));
  assert.deepEqual(loose, []);
});

/** Variables that begin empty, and count as 0, are awk's own idiom; files need no closing at the end. */
const IDIOMS = /to uninitialized|no explicit close|data file `.*' is empty|operator `\+' used on two string values/;

for (const name of [
  'tick',
  'census',
  'reduce',
  'facts',
  'flags',
  'programs',
  'describe',
  'elf',
  'container',
] as const) {
  test(`gawk --lint finds nothing in ${name}.awk`, (t) => {
    if (!has('gawk')) return t.skip('gawk is not installed');
    const dir = folder(t);
    const files = ['procs', 'census', 'ticks', 'described', 'states', 'running', 'spaces'];
    for (const file of files) writeFileSync(join(dir, file), '');
    const variables = [...files, 'trailer', 'summary', 'list', 'known', 'ids', 'containers'].map(
      (file) => `${file}=${join(dir, file)}`,
    );
    const words = [...variables, name === 'tick' ? 'up=1' : 'clk=100'].flatMap((variable) => ['-v', variable]);
    const parts = name === 'programs' || name === 'describe' ? ['-f', awkFile('cgroup')] : [];
    const args = ['--lint', ...words, ...parts, '-f', awkFile(name)];
    const result = spawnSync('gawk', args, { input: '', encoding: 'utf8' });
    assert.equal(result.status, 0, result.stderr);
    const found = result.stderr.split('\n').filter((line) => line !== '' && !IDIOMS.test(line));
    assert.deepEqual(found, []);
  });
}

for (const shell of [['dash'], ['bash', '--posix'], ['busybox', 'sh']]) {
  test(`${shell.join(' ')} can read each script`, (t) => {
    const [program, ...words] = shell as [string, ...string[]];
    if (!has(program)) return t.skip(`${program} is not installed`);
    for (const texts of [SENT, readRemoteScripts()]) {
      for (const input of Object.values(texts)) {
        const { stdout, stderr } = spawnSync(program, [...words, '-n'], { input, encoding: 'utf8' });
        assert.equal(`${stdout}${stderr}`, '');
      }
    }
  });
}

/** The most that we send: a document and its parameters may hold 64 KB, AWS-RunShellScript itself needs little. */
const CEILING = 54 * 1024;
const DOCUMENT_LIMIT = 64 * 1024;
const DOCUMENT_ITSELF = 2 * 1024;
/** What is left of a program, gzipped and in base64. */
const PACKED = 0.4;
const SENT = packRemoteScripts();

for (const action of SCRIPT_ACTIONS) {
  test(`${action} is short plain ASCII without what SSM would replace`, () => {
    const text = SENT[action];
    const sent = JSON.stringify(text).length;
    assert.ok(sent <= CEILING, `${sent} bytes in JSON`);
    assert.doesNotMatch(text, /[^\n\t -~]/);
    assert.ok(!text.includes('{{'));
  });

  test(`${action} does something only when it has arrived whole: its last line calls main`, () => {
    const text = SENT[action];
    assert.ok(text.endsWith('\nmain "$@"\n'));
    const cut = text.slice(0, -'main "$@"\n'.length);
    const result = spawnSync('sh', ['-c', cut, 'sh', action, '--id', 'x'], { encoding: 'utf8' });
    assert.deepEqual([result.status, result.stdout, result.stderr], [0, '', '']);
  });

  test(`no path of ${action} ends with the exit codes that mean something else to the SSM agent`, () => {
    for (const [, code] of readRemoteScripts()[action].matchAll(/\b(?:die|exit) (\d+)/g))
      assert.ok(code !== '194' && code !== '168', code);
  });
}

test('two more parts of 10 KB each would still fit into what SSM takes', () => {
  const sent = JSON.stringify(SENT.run).length;
  const room = DOCUMENT_LIMIT - DOCUMENT_ITSELF - sent;
  assert.ok(room >= 2 * 10 * 1024 * PACKED, `${room} bytes are left`);
});

test('fetch and clean are small: they carry no part of the recording', () => {
  for (const action of ['fetch', 'clean'] as const) {
    assert.ok(SENT[action].length < 8192, `${action}: ${SENT[action].length} bytes`);
    assert.doesNotMatch(readRemoteScripts()[action], /perf record|flock/);
  }
});
