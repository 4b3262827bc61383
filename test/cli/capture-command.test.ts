/** `capture` as a person sees it: what it prints, and what is left when it is interrupted. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/open-test-store.ts';
import { SKIP_PERF } from '../support/perf-present.ts';
import { until } from '../support/until.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');
const folder = temporaryFolder();
const ENVIRONMENT = { PATH: process.env.PATH, TERM: 'xterm', LC_ALL: 'C.UTF-8' };
/** A process to record that is there for sure: this one. */
const PID = String(process.pid);

test('--json prints file, size, length and rate; words stay on stderr', { skip: SKIP_PERF }, () => {
  const file = join(folder, 'a.gz');
  const args = [CLI, 'capture', '--pid', PID, '--seconds', '1', '--json', '-o', file];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: ENVIRONMENT });
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), { file, bytes: statSync(file).size, seconds: 1, hz: 99 });
  assert.match(stderr, /^smokejumper: Recording .*\n/m);
});

test('--json of a capture that fails says why in one object, after the words of the script', () => {
  const args = [CLI, 'capture', '--pid', '4194303', '--seconds', '1', '--json', '-o', join(folder, 'none.gz')];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: ENVIRONMENT });
  assert.deepEqual([status, stdout], [1, '']);
  const { code, message } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
  assert.match(code, /^[A-Z_]+$/);
  assert.ok(message.length > 0 && stderr.includes(`smokejumper: ${message}`), stderr);
});

const noTerminal =
  spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0 ? SKIP_PERF : 'there is no script(1) here';

test('on a terminal what the recording says stands on lines of its own, not behind the bar', {
  skip: noTerminal,
}, () => {
  const command = `'${process.execPath}' '${CLI}' capture --pid ${PID} --seconds 1 -o '${join(folder, 'b.gz')}'`;
  const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8', env: ENVIRONMENT });
  assert.match(stdout, /█|░/);
  // As a terminal shows it: what was drawn before the line was cleared is gone.
  const lines = stdout.split('\n').map((line) => (line.split('\u001b[2K').at(-1) ?? '').replace(/\r$/, ''));
  const said = lines.filter((line) => /smokejumper:|wrote/.test(line));
  assert.ok(said.length >= 3, stdout);
  for (const line of said) assert.match(line, /^(?:smokejumper: |wrote )/);
});

test('Ctrl-C ends a capture with 130; no file and no perf are left', { skip: SKIP_PERF }, async () => {
  const file = join(folder, 'c.gz');
  const child = spawn(process.execPath, [CLI, 'capture', '--pid', PID, '--seconds', '60', '-o', file], {
    env: ENVIRONMENT,
    // As from a terminal, the signal reaches everybody of the group.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = once(child, 'close') as Promise<[code: number | null]>;
  const group = child.pid ?? assert.fail('it did not start');
  try {
    await until(20_000, 'it records', async () => /Recording/.exec(said)?.[0]);
    process.kill(-group, 'SIGINT');
    assert.deepEqual(await ended, [130, null]);
  } finally {
    if (child.exitCode === null) process.kill(-group, 'SIGKILL');
  }
  assert.match(said, /stopped by a signal/);
  assert.ok(!existsSync(file));
  const left = spawnSync('ps', ['-o', 'args=', '-g', String(group)], { encoding: 'utf8' }).stdout;
  assert.doesNotMatch(left, /perf|sh -s/);
});

test('a flame graph without -o is named after the profile, and replaces nothing but such a flame graph', () => {
  const place = temporaryFolder();
  const draw = (args: readonly string[], input?: string) =>
    spawnSync(process.execPath, [CLI, 'flamegraph', ...args], {
      cwd: place,
      input,
      encoding: 'utf8',
      env: ENVIRONMENT,
    });
  const profile = join(import.meta.dirname, '../fixtures/captures/busy-hot.capture.gz');
  const first = draw([profile]);
  assert.deepEqual([first.status, first.stdout], [0, 'busy-hot.svg\n'], first.stderr);
  assert.match(readFileSync(join(place, 'busy-hot.svg'), 'utf8'), /^<svg/);
  assert.equal(draw([profile]).status, 0);
  assert.equal(draw(['-'], 'a;b 1\n').stdout, 'flamegraph.svg\n');
  spawnSync('sh', ['-c', 'echo mine >busy-hot.svg'], { cwd: place });
  const refused = draw([profile]);
  assert.deepEqual([refused.status, refused.stdout], [1, '']);
  assert.match(
    refused.stderr,
    /^smokejumper: "busy-hot\.svg" exists, .* Name another file with -o\.\n$/,
    'FILE_EXISTS',
  );
  assert.equal(readFileSync(join(place, 'busy-hot.svg'), 'utf8'), 'mine\n');
  assert.equal(draw([profile, '-o', 'busy-hot.svg']).status, 0);
});
