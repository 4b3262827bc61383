import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { COMMANDS, type Command, type CommandName } from '../../service/cli/command-table.ts';
import { commandHelp } from '../../service/cli/help.ts';
import { parseCommand } from '../../service/cli/usage.ts';
import { readRemoteScripts, readSsmDocument } from '../../service/remote-scripts.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'usage-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function smokejumper(args: readonly string[], input = '') {
  const env = { PATH: process.env.PATH, AWS_REGION: 'us-east-1' };
  const result = spawnSync(process.execPath, [CLI, ...args], { input, encoding: 'utf8', cwd: folder, env });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

test('--help of each command prints its usage and options on stdout, whatever else is passed', () => {
  for (const [name, { usage }] of Object.entries(COMMANDS)) {
    for (const args of [
      [name, '--help'],
      [name, 'x', '-h'],
      ['help', name],
      ['--help', name],
    ]) {
      const { code, out, err } = smokejumper(args);
      assert.deepEqual([code, err], [0, ''], args.join(' '));
      assert.ok(out.startsWith(`Usage: smokejumper ${usage}\n`), out);
    }
  }
  assert.match(smokejumper(['capture', '--help']).out, /^ {2}--install-perf +\S/m);
});

test('every option that a command takes is in its help, and its help names no other', () => {
  for (const [name, { options }] of Object.entries<Command>(COMMANDS)) {
    const help = commandHelp(name as CommandName);
    const taken = Object.entries(options).flatMap(([long, { short, value = '' }]) => {
      const rows = help
        .split('\n')
        .filter((line) => line.replace(/^ {2}(?:-\w, )?/, '').startsWith(`--${long} ${value}`));
      assert.equal(rows.length, 1, `${name} --${long}: ${help}`);
      return short === undefined ? [`--${long}`] : [`--${long}`, `-${short}`];
    });
    const named = [...help.matchAll(/(?<=^|[\s[(|])--?[a-z][a-z0-9-]*/g)].map(([option]) => option);
    assert.deepEqual([...new Set(named)].sort(), taken.sort(), name);
  }
});

test('an option takes a value exactly where its help shows one', () => {
  for (const [name, { options }] of Object.entries<Command>(COMMANDS)) {
    for (const [long, { value }] of Object.entries(options)) {
      const wrong = value === undefined ? `--${long}=x` : `--${long}`;
      assert.throws(() => parseCommand(name as CommandName, [wrong]), /argument/, `${name} ${wrong}`);
    }
  }
});

test('help lists every command; no command, or an unknown one, is wrong usage', () => {
  const { code, out } = smokejumper(['--help']);
  assert.equal(code, 0);
  for (const { usage } of Object.values(COMMANDS)) assert.ok(out.includes(`  smokejumper ${usage}\n`), usage);
  for (const args of [[], ['toString'], ['__proto__'], ['Serve'], ['']]) {
    const wrong = smokejumper(args);
    assert.deepEqual([wrong.code, wrong.out], [2, ''], args.join(' '));
    assert.match(wrong.err, /Usage:/);
  }
});

test('a picture, a comparison or a capture that cannot be written is a clear error without a stack', () => {
  mkdirSync(join(folder, 'folder.svg'));
  const input = 'a;b 1\na;c 2\n';
  const cases: readonly (readonly string[])[] = [
    ['flamegraph', '-', '-o', 'absent/x.svg'],
    ['flamegraph', '-', '-o', 'folder.svg'],
    ['collapse', '-', '-o', 'absent/x.folded'],
    ['collapse', '-', '-o', 'folder.svg'],
    ['capture', '-o', 'absent/x.gz'],
    ['capture', '-o', 'folder.svg'],
    ['capture', '--v8', 'lines', '-o', 'absent/x.gz'],
  ];
  for (const args of cases) {
    const { code, err } = smokejumper(args, input);
    assert.equal(code, 1, args.join(' '));
    assert.match(err, /^smokejumper: Cannot (write|read|tell)/m, `${args.join(' ')}: ${err}`);
    assert.doesNotMatch(err, /^ {4}at /m, err);
  }
  assert.deepEqual(readdirSync(folder), ['folder.svg']);
});

test('what the capture script finds wrong in its arguments is wrong usage, reported once', () => {
  for (const args of [
    ['--engine', 'gdb'],
    ['--pid', 'abc'],
    ['--match', '('],
    ['--engine', 'v8', '--match', '('],
  ]) {
    const { code, out, err } = smokejumper(['capture', '-o', 'x.gz', ...args]);
    assert.deepEqual([code, out], [2, ''], err);
    assert.match(err, /^smokejumper: [^\n]+\n$/);
  }
});

test('script prints what is sent to an instance: a whole script for each action, run when none is named', () => {
  const scripts = Object.entries(readRemoteScripts());
  assert.equal(smokejumper(['script']).out, smokejumper(['script', 'run']).out);
  for (const [action, text] of scripts) {
    const { code, out, err } = smokejumper(['script', action]);
    assert.deepEqual([code, out, err], [0, text, ''], action);
    const refused = spawnSync('sh', ['-s', '--', action, '--id', '../x'], { input: out, encoding: 'utf8' });
    assert.deepEqual([refused.status, JSON.parse(refused.stdout).code], [64, 'USAGE'], refused.stderr);
  }
  for (const args of [['dance'], ['run', 'fetch'], ['constructor']]) {
    const { code, out, err } = smokejumper(['script', ...args]);
    assert.deepEqual([code, out], [2, ''], args.join(' '));
    assert.match(err, /^smokejumper: script takes one of run\|fetch\|clean\|source\|document\./);
  }
});

test('script document prints the SSM document, and for people the commands that create and update it', () => {
  const { code, out, err } = smokejumper(['script', 'document']);
  const { version, content } = readSsmDocument();
  assert.deepEqual([code, out], [0, content]);
  const commands = err.match(/^ {2}aws ssm .+$/gm) ?? [];
  assert.deepEqual(
    commands.map((command) => /aws ssm (\S+)/.exec(command)?.[1]),
    ['create-document', 'update-document'],
  );
  for (const command of commands) {
    assert.ok(command.includes(`--name Smokejumper-Profile --version-name ${version} `), command);
    assert.match(command, /--content file:\/\/\S+\.json$/);
  }
});

test('an unknown option is named, in one sentence; a folder is not an alarm', () => {
  for (const name of Object.keys(COMMANDS)) {
    const { code, err } = smokejumper([name, '--bogus']);
    assert.deepEqual([code, err], [2, `smokejumper: ${name}: Unknown option '--bogus'. See smokejumper --help.\n`]);
  }
  assert.match(smokejumper(['plan', '.']).err, /Cannot read "\.": it is a folder\./);
});

test('where the output goes may be full, or gone', () => {
  const shell = (script: string) => {
    const text = script.replaceAll('smokejumper', `'${process.execPath}' '${CLI}'`);
    const { status, stdout, stderr } = spawnSync('sh', ['-c', text], { cwd: folder, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  const full = shell('smokejumper --help >/dev/full');
  assert.equal(full.status, 1);
  assert.match(full.stderr, /^smokejumper: Cannot write to standard output: .*no space.*\n$/);
  for (const script of ['smokejumper --help | head -c 1 >/dev/null', 'smokejumper --help >&-']) {
    assert.deepEqual(shell(script), { status: 0, stdout: '', stderr: '' }, script);
  }
  // Its words have no reader, its result has.
  const deaf = shell(`echo 'a;b 1' >in; { smokejumper collapse in 2>&3 | cat; } 3>&1 >got | true; cat got`);
  assert.deepEqual([deaf.status, deaf.stdout], [0, 'a;b 1\n']);
});

test('a pipe or a device is written to, not replaced by a file', () => {
  for (const command of ['flamegraph', 'collapse']) {
    const script =
      `[ -p pipe.svg ] || mkfifo pipe.svg; cat pipe.svg >got & '${process.execPath}' '${CLI}' ` +
      `${command} - -o pipe.svg && wait`;
    const { status, stderr } = spawnSync('sh', ['-c', script], { cwd: folder, input: 'a;b 1\n', encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.ok(statSync(join(folder, 'pipe.svg')).isFIFO(), command);
    assert.match(readFileSync(join(folder, 'got'), 'utf8'), command === 'collapse' ? /^a;b 1\n$/ : /<svg/);
  }
});
