import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AWKS, awkFile, folder } from '../support/scripts/remote-script.ts';

/** What the other steps note: a process that burns one CPU, another that begins late, and a stranger. */
const NOTES = {
  census:
    'total 100\nlost 2\nfirst 10.01\nlast 11.99\npid 7 60\npid 0 30\npid 9 8\npid 6 2\ntid 7 7 node\nown 6\n' +
    'parent 9 4\n',
  described: [
    '7 title app "x" \\.js\n7 exe /usr/bin/node-22\n7 runtime node\n',
    '7 container 0123456789abcdef 0::/docker/0123456789abcdef\n7 unit \n' + '7 more ,"node":"v24.1.0"\n',
    '8 title late.js\n8 exe /opt/tool\n8 runtime \n8 container \n8 unit late.service\n',
  ].join(''),
  states: '7 ok\n8 none\n',
  trailer: 'drawn 59\nbad 0\nstrange 0\nperiod 10101010\nframes 12\nnodes 34\nlast 11.99\n',
  programs: [
    'program 0 9 212 8 neigh"bour\ncontainer 0 fedcba9876543210 0::/docker/fedcba9876543210\n',
    'unit 0 cron.service\nby 0 log-rotate.sh\n',
    'by 0 cron\nexe 0 /usr/bin/gzip\nprogram 1 5 1 6 MainThread\nexe 1 /usr/bin/node\n',
    'programs drawn 14\nprograms every 2\n',
  ].join(''),
  containers: '{"id":"0123456789ab","name":"web"}\n,{"id":"fedcba987654"}\n',
  ticks: [
    'T 9.0\nL 1.50 1 1 3/99 1\nC cpu  0 0 0 0 0 0 0 0 0 0\n',
    'P 7 0 100 1 node\nP 9 0 200 4 neigh"bour\nM 9.0 7 1000\n',
    'T 11.0\nL 2.00 1 1 2/99 1\nC cpu  200 0 0 200 0 0 0 0 0 0\n',
    'P 7 200 100 1 node\nP 9 100 200 4 neigh"bour\nM 11.0 7 1000\n',
    'T 13.0\nL 2.50 1 1 1/99 1\nC cpu  400 0 0 400 0 0 0 0 0 0\n',
    'P 7 400 100 1 node\nP 8 50 1150 1 late\nP 9 200 200 4 neigh"bour\nM 13.0 7 1500\n',
  ].join(''),
};

function facts(
  awk: readonly string[],
  dir: string,
  scope = 'system',
): { readonly line: string; readonly summary: string } {
  const notes = { ...NOTES, ...(scope === 'system' ? {} : { programs: '' }) };
  for (const [name, text] of Object.entries(notes)) writeFileSync(join(dir, name), text);
  const paths = ['census', 'described', 'states', 'trailer', 'programs', 'containers', 'summary'].map(
    (name) => `${name}=${join(dir, name)}`,
  );
  const values = [
    'id=cap',
    'hz=99',
    'begins=10',
    'ends=12',
    'epoch=1000',
    'cut=0',
    `scope=${scope}`,
    'symbols=raw',
    'zero=idle',
    'cpus=2',
  ];
  const variables = [...paths, ...values, 'clk=100', 'host=web-1', 'kernel=6.1', 'version=6.8', 'warnings="Late."'];
  const files = Object.keys(NOTES)
    .filter((name) => name !== 'containers')
    .map((name) => join(dir, name));
  const [program, ...words] = awk as [string, ...string[]];
  const args = [...words, ...variables.flatMap((variable) => ['-v', variable]), '-f', awkFile('facts'), ...files];
  const result = spawnSync(program, args, { encoding: 'utf8', env: { PATH: process.env.PATH, LC_ALL: 'C' } });
  assert.equal(result.stderr, '');
  return { line: result.stdout, summary: readFileSync(join(dir, 'summary'), 'utf8') };
}

for (const awk of AWKS) {
  test(`${awk.join(' ')}: what was noted each second is cut to the window of the samples`, (t) => {
    const { line, summary } = facts(awk, folder(t));
    const read = JSON.parse(line);
    const { id, event, hz, seconds, startedAtMs, binMs, period, cpus, load1, runQueue, hostCpu, warnings } = read;
    assert.deepEqual([id, event, hz, seconds, startedAtMs], ['cap', 'cpu-clock', 99, 2, 1_010_000]);
    assert.deepEqual([binMs, period, cpus, load1, runQueue, warnings], [20, 10_101_010, 2, 2.5, 1, ['Late.']]);
    assert.deepEqual(hostCpu, { user: 2, system: 0, iowait: 0, steal: 0, idle: 2 });
    assert.deepEqual(read.processes, [
      {
        pid: 7,
        name: 'app "x" \\.js',
        exe: '/usr/bin/node-22',
        runtime: 'node',
        container: '0123456789ab',
        unit: null,
        cpuSeconds: 2,
        partial: false,
        perfMap: 'ok',
        mapSizes: [
          [-1000, 1000],
          [1000, 1000],
          [3000, 1500],
        ],
        node: 'v24.1.0',
      },
      // Not Node.js: no map is not a fault. It worked half a second from 11.5 s to 13 s, a third of that in the window.
      {
        pid: 8,
        name: 'late.js',
        exe: '/opt/tool',
        runtime: null,
        container: null,
        unit: 'late.service',
        cpuSeconds: 0.17,
        partial: true,
        perfMap: null,
        mapSizes: [],
      },
    ]);
    assert.equal(read.symbols, 'raw');
    const shell = { exe: '/usr/bin/gzip', container: 'fedcba987654', unit: 'cron.service' };
    assert.deepEqual(read.otherProcesses, [
      { pid: 9, name: 'neigh"bour', cpuSeconds: 0.08, processes: 212, startedBy: ['log-rotate.sh', 'cron'], ...shell },
      // Node names its main thread so, whatever it runs.
      {
        pid: 5,
        name: 'node',
        cpuSeconds: 0.06,
        processes: 1,
        startedBy: [],
        exe: '/usr/bin/node',
        container: null,
        unit: null,
      },
    ]);
    assert.deepEqual(read.containers, [{ id: '0123456789ab', name: 'web' }, { id: 'fedcba987654' }]);
    assert.deepEqual([read.programsDrawn, read.programsEvery], [14, 2]);
    const filtered = { idle: 30, 'other process': 8, 'this capture': 2, malformed: 1 };
    assert.deepEqual(read.ledger, { recorded: 100, drawn: 59, filtered, lost: 2 });
    assert.deepEqual(JSON.parse(`{${summary}}`), {
      ...{ recorded: 100, drawn: 59, lost: 2, seconds: 2, startedAtMs: 1_010_000, processes: 2, frames: 12, nodes: 34 },
    });
  });
  test(`${awk.join(' ')}: where only some processes were recorded, the others are known by what was noted`, (t) => {
    const { otherProcesses, scope } = JSON.parse(facts(awk, folder(t), 'pids').line);
    assert.deepEqual([scope, otherProcesses], ['pids', [{ pid: 9, name: 'neigh"bour', cpuSeconds: 1 }]]);
  });
}
