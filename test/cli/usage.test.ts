import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SCRIPT_ACTIONS } from '../../service/capture/assemble-script.ts';
import { V8_ENGINES } from '../../service/capture/capture-script.ts';
import { COMMANDS, type CommandName } from '../../service/cli/command-table.ts';
import { commandHelp } from '../../service/cli/help.ts';
import type { Command, Option } from '../../service/cli/table/command.ts';
import { parseCommand } from '../../service/cli/usage.ts';
import { EXPORT_FORMATS } from '../../service/convert/export-profile.ts';
import { readRemoteScripts, readSsmDocument } from '../../service/remote-scripts.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'usage-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function smokejumper(args: readonly string[], input = '', more: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env.PATH, AWS_REGION: 'us-east-1', ...more };
  const result = spawnSync(process.execPath, [CLI, ...args], { input, encoding: 'utf8', cwd: folder, env });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

const NAMES = Object.keys(COMMANDS) as CommandName[];
/** No option is hidden by an end of line. */
const WIDE = 1000;

test('--help of each command prints its usage on stdout, whatever else is passed', () => {
  for (const name of NAMES.filter((one) => one !== 'help')) {
    const words = name.split(' ');
    // Each start costs; one command stands for all in the other ways to ask.
    const ways = [
      [...words, '--help'],
      ['help', ...words],
      ['--help', ...words],
      [...words, 'x', '-h'],
    ];
    for (const args of name === 'incidents show' ? ways : ways.slice(-1)) {
      const { code, out, err } = smokejumper(args);
      assert.deepEqual([code, err], [0, ''], args.join(' '));
      assert.ok(out.replace(/\s+/g, ' ').startsWith(`Usage: smokejumper ${COMMANDS[name].usage} `), out);
    }
  }
  assert.match(smokejumper(['help', 'help']).out, /^Usage: smokejumper help \[COMMAND\]\n/);
  assert.equal(smokejumper(['help', '--help']).out, smokejumper(['--help']).out);
  assert.match(smokejumper(['capture', '--help']).out, /^ {2}--install-perf +\S/m);
  const family = smokejumper(['incidents', '--help']);
  assert.deepEqual(family.out.match(/^Usage: smokejumper incidents \w+/gm)?.length, 4);
});

test('every option that a command takes is in its help, and its help and examples name no other', () => {
  for (const name of NAMES) {
    const { options, usage, examples = [] }: Command = COMMANDS[name];
    const help = commandHelp(name, WIDE);
    const taken = Object.entries(options).flatMap(([long, { short, value = '' }]) => {
      const rows = help
        .split('\n')
        .filter((line) => line.replace(/^ {2}(?:-\w, )?/, '').startsWith(`--${long} ${value}`));
      assert.equal(rows.length, 1, `${name} --${long}: ${help}`);
      return short === undefined ? [`--${long}`] : [`--${long}`, `-${short}`];
    });
    const written = [usage, ...examples.map(({ command }) => command)].join('\n');
    const named = [...written.matchAll(/(?<=^|[\s[(|])--?[a-z][a-z0-9-]*/gm)].map(([option]) => option);
    assert.deepEqual(
      named.filter((option) => !taken.includes(option)),
      [],
      name,
    );
  }
});

test('every argument in a usage is explained, and each command has an example of itself', () => {
  for (const name of NAMES) {
    const { usage, arguments: list = [], examples = [] }: Command = COMMANDS[name];
    const bare = usage
      .slice(name.length)
      .replace(/\[?-[^\]]*\]?/g, '')
      .match(/\b[A-Z][A-Z_]+\b/g);
    for (const word of bare ?? [])
      assert.ok(
        list.some((one) => one.name === word),
        `${name}: ${word}`,
      );
    assert.ok(examples.length > 0, name);
    for (const { command } of examples) assert.ok(command.startsWith(name), command);
  }
});

test('the command line offers what the service can do, and nothing else', () => {
  // Only the finding of an incident is confirmed.
  assert.deepEqual([...COMMANDS.capture.options.v8.values, 'confirm'], [...V8_ENGINES]);
  assert.deepEqual(COMMANDS.export.options.format.values, [...EXPORT_FORMATS]);
  assert.deepEqual(COMMANDS.script.arguments[0].values, [...SCRIPT_ACTIONS, 'document']);
});

test('an option takes a value exactly where its help shows one', () => {
  for (const name of NAMES) {
    for (const [long, { value }] of Object.entries<Option>(COMMANDS[name].options)) {
      const wrong = value === undefined ? `--${long}=x` : `--${long}`;
      assert.throws(() => parseCommand(name, [wrong]), /argument/, `${name} ${wrong}`);
    }
  }
});

test('help lists every command with what it does, within the width of the terminal', () => {
  const { code, out, err } = smokejumper(['--help'], '', { COLUMNS: '60' });
  assert.deepEqual([code, err], [0, '']);
  for (const name of NAMES) assert.match(out, new RegExp(`^ {2}${name} {2,}[A-Z]`, 'm'));
  for (const line of out.split('\n')) assert.ok([...line].length <= 60, line);
  for (const name of NAMES) {
    for (const line of commandHelp(name, 60).split('\n')) {
      // Examples are there to be copied.
      if (!line.startsWith('  smokejumper ')) assert.ok([...line].length <= 60, line);
    }
  }
});

test('the version is told in each of its spellings', () => {
  for (const word of ['--version', '-V', 'version']) {
    const { code, out } = smokejumper([word]);
    assert.equal(code, 0);
    assert.match(out, /^smokejumper \d+\.\d+\.\d+\S* \(Node\.js v24\.\S+, \w+-\w+\)\n$/);
  }
});

test('no command is wrong usage and prints the help; an unknown one is named in a line, with what was meant', () => {
  const none = smokejumper([]);
  assert.deepEqual([none.code, none.out], [2, '']);
  assert.match(none.err, /^Usage: smokejumper COMMAND/);
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['toString'], 'There is no command "toString". See smokejumper --help.'],
    [['__proto__'], 'There is no command "__proto__". See smokejumper --help.'],
    [[''], 'There is no command "". See smokejumper --help.'],
    [['Serve'], 'There is no command "Serve". Did you mean serve? See smokejumper --help.'],
    [['help', 'compair'], 'There is no command "compair". Did you mean compare? See smokejumper --help.'],
    [['incidents'], 'incidents takes one of list, show, export, import. See smokejumper incidents --help.'],
    [
      ['incidents', 'lst'],
      'There is no command "incidents lst". Did you mean incidents list? See smokejumper incidents --help.',
    ],
    [['\u001b[2J'], 'There is no command "\\u001b[2J". See smokejumper --help.'],
  ];
  for (const [args, words] of cases) {
    assert.deepEqual(smokejumper(args), { code: 2, out: '', err: `smokejumper: ${words}\n` });
  }
});

test('a mistyped option or value is named with the one that was meant, and with where the help is', () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [
      ['collapse', '-', '--colum', '1'],
      "collapse: Unknown option '--colum'. Did you mean --column? See smokejumper collapse --help.",
    ],
    [
      ['export', '-', '--format', 'pporf'],
      '--format must be folded, speedscope or pprof, not "pporf". Did you mean pprof? See smokejumper export --help.',
    ],
    [['incidents', 'show'], 'incidents show takes the ID of one incident. See smokejumper incidents show --help.'],
    [
      ['incidents', 'list', '--limit', '0'],
      '--limit must be a whole number from 1 to 500, not "0". See smokejumper incidents list --help.',
    ],
    [['completion', 'ksh'], 'completion takes one of bash|zsh|fish. See smokejumper completion --help.'],
  ];
  for (const [args, words] of cases) {
    assert.deepEqual(smokejumper(args), { code: 2, out: '', err: `smokejumper: ${words}\n` });
  }
});

test('with --json what fails is one object on stderr, with code, message and hint', () => {
  const cases: readonly (readonly [readonly string[], number, object])[] = [
    [
      ['compare', '--json', 'a'],
      2,
      { code: 'USAGE', message: 'compare needs two files: HEALTHY and HOT.', hint: 'See smokejumper compare --help.' },
    ],
    [
      ['collapse', '--json', '-'],
      2,
      {
        code: 'USAGE',
        message: 'collapse --json needs -o FILE: standard output is for the JSON.',
        hint: 'See smokejumper collapse --help.',
      },
    ],
    [
      ['flamegraph', '--json', 'absent.folded'],
      1,
      { code: 'FILE_UNREADABLE', message: 'Cannot read "absent.folded": there is no such file.', hint: null },
    ],
    [
      ['incidents', 'list', '--json'],
      1,
      { code: 'NO_DATABASE', message: `There is no database in ${join(folder, 'data')}.`, hint: 'Check DATA_DIR.' },
    ],
    [
      ['prune', '--json'],
      1,
      {
        code: 'NOTHING_TO_PRUNE',
        message: `There is no database in ${join(folder, 'data')}.`,
        hint: 'Check DATA_DIR.',
      },
    ],
  ];
  for (const [args, code, error] of cases) {
    const failed = smokejumper(args);
    assert.deepEqual([failed.code, failed.out], [code, ''], args.join(' '));
    assert.deepEqual(JSON.parse(failed.err), { error });
  }
  const config = smokejumper(['doctor', '--json'], '', { PORT: '70000' });
  assert.equal(JSON.parse(config.err).error.code, 'BAD_CONFIG');
});

test('faults of the configuration have a line each, and so has what to do', () => {
  const { code, err } = smokejumper(['doctor'], '', { PORT: '70000' });
  assert.equal(code, 1);
  assert.equal(
    err,
    'smokejumper: The environment does not configure the service:\n' +
      '  PORT is "70000"; it must be a whole number from 0 to 65535.\n' +
      '  SNS_TOPIC_ARNS is required but not set.\n' +
      'docs/operations.md lists the variables.\n',
  );
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
    ['--v8', 'gdb'],
    ['--pid', 'abc'],
    ['--match', '('],
    ['--v8', 'lines', '--match', '('],
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
    assert.match(err, /^smokejumper: script takes one of run\|fetch\|clean\|source\|confirm\|document\./);
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
  for (const name of NAMES.filter((one) => one !== 'help')) {
    const { code, err } = smokejumper([...name.split(' '), '--bogus']);
    const words = `${name}: Unknown option '--bogus'. See smokejumper ${name} --help.`;
    assert.deepEqual([code, err], [2, `smokejumper: ${words}\n`]);
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
