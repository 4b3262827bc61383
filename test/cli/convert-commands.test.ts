import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCollapse } from '../../service/cli/commands/collapse.ts';
import { runExport } from '../../service/cli/commands/export.ts';

const root = join(import.meta.dirname, '../..');
const fixture = join(root, 'test/fixtures/profiles/node-20.20.2.perf-script.txt.gz');
const map = join(root, 'test/fixtures/profiles/node-20.20.2.perf-19045.map.gz');
const folder = mkdtempSync(join(tmpdir(), 'commands-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function smokejumper(args: readonly string[], input?: string | Buffer) {
  const result = spawnSync(process.execPath, [join(root, 'service/cli/main.ts'), ...args], { input, encoding: 'utf8' });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

test('collapse prints folded stacks on stdout and the sample accounting on stderr', () => {
  const { code, out, err } = smokejumper(['collapse', '-'], 'a  9839  6374.322138:  5 cycles: \n\t 1f f (/bin/a)\n\n');
  assert.deepEqual([code, out, err], [0, 'a;f 5\n', '1 samples: 1 drawn\n']);
});

test('collapse --canonical prints one name per function, --samples counts', () => {
  const { code, out, err } = smokejumper(['collapse', fixture, '--perf-map', map, '--canonical', '--samples']);
  assert.equal(code, 0);
  assert.match(out, /;spin \(\/srv\/shop\/current\/app\.js:31:14\) \d+\n/);
  assert.doesNotMatch(out, /JSEntry/);
  assert.match(
    err,
    /^129 samples: 129 drawn\nJIT frames: 598; repaired [\d.]+ %, ambiguous [\d.]+ %, unresolved [\d.]+ %\n$/,
  );
});

test('collapse says that sums are no samples, and does not print them as such', async () => {
  const text = 'main;a 31233217\nmain;b 8127451\n';
  const plain = smokejumper(['collapse', '-'], text);
  assert.deepEqual([plain.code, plain.out], [0, text]);
  assert.match(plain.err, /^39,360,668 units of weight: .*\nnote: its weights are sums .*\n$/);
  const { code, out, err } = smokejumper(['collapse', '-', '--samples'], text);
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /holds sums.*Leave --samples out/s);
  const path = join(folder, 'sums.folded');
  writeFileSync(path, text);
  await assert.rejects(runCollapse([path, '--samples']), { code: 'NO_SAMPLES' });
  rmSync(path);
});

test('an empty file is named, with the exit code of a failure', () => {
  const { code, err } = smokejumper(['collapse', '-'], '');
  assert.equal(code, 1);
  assert.match(err, /is empty\. Check whether the command/);
});

test('collapse --release-dir names what changes with each release', () => {
  const text = '\t 1f JS:*f /srv/gen-7/x.js:1:2 (/tmp/perf-9.map)\n';
  const { out } = smokejumper(
    ['collapse', '-', '--canonical', '--release-dir', 'gen-*'],
    `a  9839  6374.322138:  5 cycles: \n${text}\n`,
  );
  assert.equal(out, 'a;f (/srv/current/x.js:1:2) 5\n');
});

test('export writes a file that appears whole', () => {
  const path = join(folder, 'x.speedscope.json');
  const { code, out } = smokejumper(['export', fixture, '--format', 'speedscope', '-o', path]);
  assert.deepEqual([code, out], [0, '']);
  assert.equal((JSON.parse(readFileSync(path, 'utf8')) as { exporter: string }).exporter, 'smokejumper');
  assert.deepEqual(readdirSync(folder), ['x.speedscope.json']);
});

test('--json says what was written and from what; words stay on stderr', () => {
  const common = {
    source: 'perf-script',
    unit: 'samples',
    samples: 129,
    drawn: 129,
    filtered: {},
    lost: 0,
    processes: [
      { pid: 19045, name: 'node' },
      { pid: null, name: 'node' },
    ],
  };
  for (const [name, args, format] of [
    ['x.folded', ['collapse', fixture], 'folded'],
    ['x.pb.gz', ['export', fixture, '--format', 'pprof'], 'pprof'],
    ['x.svg', ['flamegraph', fixture], 'svg'],
  ] as const) {
    const file = join(folder, name);
    const { code, out, err } = smokejumper([...args, '--json', '-o', file]);
    const { warnings, ...rest } = JSON.parse(out);
    assert.deepEqual([code, rest], [0, { file, format, ...common }]);
    assert.deepEqual(warnings.length, err.split('\n').filter((line) => line.startsWith('note: ')).length);
    assert.match(err, /^129 samples: 129 drawn\n/);
    assert.ok(existsSync(file));
    rmSync(file);
  }
});

test('a file that cannot be written, and a map that cannot be read, are named', async () => {
  const target = join(folder, 'absent', 'x.folded');
  await assert.rejects(runCollapse([fixture, '-o', target]), { code: 'FILE_UNWRITABLE', message: /no such folder/ });
  await assert.rejects(runCollapse([fixture, '--perf-map', '/absent/perf-1.map']), {
    message: 'Cannot read "/absent/perf-1.map": there is no such file.',
  });
});

test('wrong usage exits with 2', () => {
  const { code, out, err } = smokejumper(['export', '-', '--format', 'toString'], 'a;b 1\n');
  assert.deepEqual([code, out], [2, '']);
  assert.match(err, /--format must be folded, speedscope or pprof/);
});

test('wrong usage is told apart from bad input', async () => {
  for (const args of [[], ['a', 'b'], ['-', '--column', '3'], ['-', '--release-dir', 'a/b'], ['--nonsense']]) {
    await assert.rejects(runCollapse(args), { code: 'USAGE' }, args.join(' '));
  }
  await assert.rejects(runExport(['-']), { code: 'USAGE' });
});

test('a bad input exits with 1 and shows the line', () => {
  const { code, out, err } = smokejumper(['collapse', '-'], 'a;b 1\na;c 1\nno count\n');
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /Line 3 is not a folded stack: "no count"/);
});
