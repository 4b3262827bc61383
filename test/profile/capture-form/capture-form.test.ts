import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readCapture } from '../../../service/profile/capture-form/capture-form.ts';
import { isCapture } from '../../../service/profile/capture-form/magic.ts';
import type { Profile } from '../../../service/profile/profile.ts';

const FIXTURE = gunzipSync(readFileSync(join(import.meta.dirname, '../../fixtures/captures/mail-ingest.capture.gz')));

const FACTS = {
  id: 'made',
  event: 'cpu-clock',
  hz: 100,
  seconds: 1,
  startedAtMs: 1_700_000_000_000,
  binMs: 20,
  period: 10_000_000,
  host: 'web-1',
  cpus: 2,
  hostCpu: { user: 1, system: 0.5, iowait: 0, steal: 0.1, idle: 0.4 },
  load1: 1.5,
  runQueue: 2.25,
  processes: [
    {
      pid: 70,
      name: 'server.js',
      cpuSeconds: 0.9,
      partial: false,
      perfMap: 'ok',
      mapSizes: [
        [-10, 500],
        [500, 500],
        [1500, 900],
      ],
    },
    { pid: 71, name: 'cron', cpuSeconds: null, partial: true, perfMap: null, mapSizes: [] },
  ],
  otherProcesses: [{ pid: 5, name: 'dockerd', cpuSeconds: 0.3 }],
  ledger: { recorded: 12, drawn: 7, filtered: { idle: 4, 'other process': 1 }, lost: 2 },
  warnings: ['a warning'],
};

/** Frames 0 to 7. */
const TABLES = [
  'frames 8',
  '@/usr/bin/node',
  '.main',
  '@/lib/libc.so.6',
  '.read',
  '@[JIT]',
  '=JS:*parse /srv/app.js:5:63',
  '~JS:~right /srv/app.js:7:1',
  ':JS:~before /srv/app.js:8:1',
  '?shown by perf',
  ':JS:~after /srv/app.js:9:1',
  '*0 4 0:4 600:6',
  'threads 2',
  '0 70 node',
  '1 72 a;b  c',
];

function build(body: readonly string[], facts: object = FACTS): string {
  return `smokejumper-capture 1\n${JSON.stringify(facts)}\n${body.join('\n')}\n`;
}

/** Numbers of a known range, 60,000 in three digits of base 40; most ranges here are below 80: one digit. */
function fixed(value: number, width: number): string {
  let text = '';
  for (let rest = value; text.length < width; rest = Math.floor(rest / 40)) {
    text = String.fromCharCode(47 + (width === 1 ? rest : rest % 40)) + text;
  }
  return text;
}

/** Other numbers, in bijective base 40. */
function digits(value: number): string {
  let text = String.fromCharCode(47 + (value % 40));
  for (let rest = Math.floor(value / 40); rest > 0; rest = Math.floor(rest / 40)) {
    rest--;
    text = String.fromCharCode(87 + (rest % 40)) + text;
  }
  return text;
}

/** The tree: main itself, main ─ parse ─ read, main ─ timed, main ─ right, and a lone frame that nothing resolves. */
const TIMES = [0, 1, 2, 5, 60, 3, 4];
const WHOLE = build([
  ...TABLES,
  'tree 6',
  `${fixed(0, 1)}.${fixed(2, 1)}${fixed(1, 1)}"${fixed(7, 1)}!${fixed(3, 1)}"${fixed(5, 1)}`,
  'bins 61',
  'samples 7',
  [1, 2, 2, 1, 1].map((n) => digits(n - 1)).join(''),
  [0, 0, 0, 0, 0, 1, 0].map((thread) => fixed(thread, 1)).join(''),
  TIMES.map((bin, i) => (i === 2 ? `#${digits(4_000_000)}` : '') + fixed(bin, 1)).join(''),
]);

function stacks(profile: Profile): string[] {
  const { samples, tree, frames } = profile;
  return Array.from({ length: samples.length }, (_, i) => {
    const stack: string[] = [];
    for (let node = samples.node[i] as number; node > 0; node = tree.parent[node] as number) {
      stack.unshift(frames.symbol[tree.frame[node] as number] as string);
    }
    return (
      `${samples.atMs[i]} ${profile.threads[samples.thread[i] as number]?.name} ${samples.weight[i]} ` +
      `${stack.join('|')}`
    );
  });
}

test('it is recognised by its first line', () => {
  assert.ok(isCapture(WHOLE) && isCapture(new TextEncoder().encode(WHOLE)) && isCapture(FIXTURE));
  assert.ok(
    !isCapture('smokejumper-capture 4\n') && !isCapture('node 1 2.0: cycles:\n') && !isCapture(new Uint8Array()),
  );
});

test('samples come back with time, thread, weight and stack; timed frames by the time of the sample', () => {
  assert.deepEqual(stacks(readCapture(WHOLE)), [
    '0 node 10000000 main',
    '20 node 10000000 main|JS:*parse /srv/app.js:5:63|read',
    '40 node 4000000 main|JS:*parse /srv/app.js:5:63|read',
    '100 node 10000000 main|JS:~before /srv/app.js:8:1',
    '1200 node 10000000 main|JS:~after /srv/app.js:9:1',
    '60 a;b  c 10000000 main|JS:~right /srv/app.js:7:1',
    '80 node 10000000 [jit]',
  ]);
});

test('facts, processes, threads and the sample accounting are taken over', () => {
  const { facts, processes, threads, ledger, weightUnit } = readCapture(WHOLE);
  assert.equal(facts.source, 'capture');
  assert.deepEqual([facts.host, facts.hz, facts.cpus, facts.runQueue], ['web-1', 100, 2, 2.25]);
  assert.deepEqual(facts.hostCpu, FACTS.hostCpu);
  assert.deepEqual(facts.otherProcesses, FACTS.otherProcesses);
  assert.deepEqual(facts.warnings, ['a warning']);
  assert.deepEqual(processes[1], { pid: 71, name: 'cron', cpuSeconds: null, partial: true, perfMap: null });
  assert.deepEqual(threads[1], { process: 1, tid: 72, name: 'a;b  c' });
  assert.equal(weightUnit, 'nanoseconds');
  assert.deepEqual(ledger, {
    recorded: 12,
    drawn: 7,
    filtered: { idle: 4, 'other process': 1 },
    lost: 2,
    jit: { frames: 6, repaired: 1, ambiguous: 1, unresolved: 1 },
  });
});

test('samples that nobody accounts for are called malformed', () => {
  const facts = { ...FACTS, ledger: { ...FACTS.ledger, recorded: 15 } };
  const { ledger } = readCapture(WHOLE.replace(JSON.stringify(FACTS), JSON.stringify(facts)));
  assert.equal(ledger.filtered.malformed, 3);
});

test('an empty recording is a profile without samples', () => {
  const facts = { ...FACTS, ledger: { recorded: 5, drawn: 0, filtered: { idle: 5 }, lost: 0 }, period: null };
  const profile = readCapture(build(['frames 0', 'threads 0', 'tree 0', '', 'bins 0', 'samples 0', '', '', ''], facts));
  assert.deepEqual([profile.samples.length, profile.tree.length, profile.ledger.recorded], [0, 1, 5]);
});

test('samples without a stack stay at the root', () => {
  const facts = { ...FACTS, ledger: { recorded: 1, filtered: {}, lost: 0 } };
  const text = build(['frames 0', 'threads 1', '0 7 x', 'tree 0', '.', 'bins 1', 'samples 1', '/', '/', '/'], facts);
  assert.deepEqual([...readCapture(text).samples.node], [0]);
});

test('a recording of a real clustered service sums up and shows its functions', () => {
  const profile = readCapture(FIXTURE);
  const { ledger, samples, processes, frames, functions } = profile;
  const total = samples.count.reduce((sum, count) => sum + count, 0);
  assert.equal(total, ledger.drawn);
  assert.equal(ledger.recorded, ledger.drawn + Object.values(ledger.filtered).reduce((sum, count) => sum + count, 0));
  assert.deepEqual(
    processes.map(({ name, perfMap }) => `${name} ${perfMap}`),
    ['server.mjs ok', 'server.mjs ok', 'server.mjs ok'],
  );
  assert.ok(ledger.jit.repaired > 0 && ledger.jit.unresolved < ledger.jit.frames / 100);
  assert.ok(functions.some((fn) => fn.name === 'stateInTagName' && fn.package === 'htmlparser2'));
  assert.equal(frames.symbol.length, frames.length);
  assert.ok(Math.max(...samples.atMs) < 6000);
});

/** Each fault, with the words that must name it. */
const FAULTS: readonly (readonly [name: string, words: RegExp, from: string | RegExp, to: string])[] = [
  ['another name', /line 1\)/, 'smokejumper-capture 1', 'smokejumper-kapture 1'],
  ['facts that are no JSON', /not JSON \(line 2/, '{"id"', '{id'],
  ['a member of the wrong kind', /hz must be a number/, '"hz":100', '"hz":"fast"'],
  ['a rate of zero', /hz must be a number/, '"hz":100', '"hz":0'],
  ['a missing member', /seconds is missing/, '"seconds":1,', ''],
  ['a process without pid', /processes\[0\]\.pid is missing/, '"pid":70', '"pit":70'],
  ['a map size that is none', /mapSizes\[1\]/, '[500,500]', '[500]'],
  ['an accounting that says too much', /covers 12 samples of 11/, '"recorded":12', '"recorded":11'],
  ['an unknown kind of frame', /a frame was expected here \(line 5\)/, '.main', '!main'],
  ['a candidate that is not a frame', /not a frame above \(line 14\)/, '600:6', '600:66'],
  ['a candidate that is timed itself', /not a frame above/, '600:6', '600:7'],
  ['candidates of no process', /there is no process 9/, '*0 4', '*9 4'],
  ['a count that cannot be', /cannot hold 99999999/, 'frames 8', 'frames 99999999'],
  ['a word in another place', /"threads COUNT" was expected here/, 'threads 2', 'thread 2'],
  ['a thread of no process', /not a thread of a known process/, '1 72 a', '2 72 a'],
  ['a frame that does not exist', /line 19, column 3\)/, '/.1', '/.9'],
  ['a name where a frame should be', /only names a candidate/, '/.1', '/.3'],
  ['a way up beyond the root', /beyond its root \(line 19, column/, '!2', '-2'],
  ['too few nodes', /goes up|more than its|was expected here/, 'tree 6', 'tree 5'],
  ['too many nodes', /a frame was expected here/, 'tree 6', 'tree 7'],
  ['too few samples', /is larger than|belong to no stack|goes on|was expected here/, 'samples 7', 'samples 6'],
  ['too many samples', /belong to no stack/, 'samples 7', 'samples 8'],
  ['a cut end', /it ends where/, /\n$/, ''],
];

for (const [name, words, from, to] of FAULTS) {
  test(`refused with its place: ${name}`, () => {
    const text = WHOLE.replace(from, to);
    assert.notEqual(text, WHOLE);
    assert.throws(() => readCapture(text), { code: 'CAPTURE_INVALID', message: words });
  });
}

test('anything after the last sample is refused', () => {
  assert.throws(() => readCapture(`${WHOLE}more\n`), { message: /continues after its last part/ });
});

const VISIT = '{"pid":70,"status":"profiled","startedAt":1700000000000}';
const CODE = {
  functions: [
    ['(root)', '', 0, 0],
    ['parse', '/srv/app.js', 5, 63],
    ['scan', '/srv/app.js', 2, 14],
  ],
  callees: [[1, [[2, 1, 1]]]],
  v8: { nodes: [-1, 0, 0, 1], ticks: [1, 6, 1, -1, 1, 3, 2, 2] },
};

function second(visits: readonly string[], code: readonly string[]): string {
  const parts = [`visits ${visits.length}`, ...visits, `code ${code.length}`, ...code];
  return `${WHOLE.replace('capture 1', 'capture 2')}${parts.join('\n')}\n`;
}

test('the second form brings visits and code; the first is still read', () => {
  const profile = readCapture(second([VISIT], [`0 ${JSON.stringify(CODE)}`]));
  assert.equal(profile.processes[0]?.visit?.status, 'profiled');
  assert.equal(profile.processes[1]?.visit, undefined);
  assert.deepEqual(
    profile.inlinedCandidates?.map(({ callees }) => callees.map(({ fn }) => fn.name)),
    [['scan']],
  );
  assert.deepEqual(
    profile.lineTicks?.map(({ line, samples }) => [line, samples]),
    [[6, 1]],
  );
  assert.deepEqual(profile.facts.warnings, ['a warning']);
  const plain = readCapture(second([], []));
  assert.deepEqual(stacks(plain), stacks(readCapture(WHOLE)));
  assert.deepEqual(plain.ledger, readCapture(WHOLE).ledger);
});

test('code that is not as expected costs only itself, and a warning', () => {
  const code = ['0 {', `9 ${JSON.stringify(CODE)}`, `0 ${JSON.stringify({ ...CODE, v8: null, v8Error: 'no tree' })}`];
  const profile = readCapture(second([VISIT], [...code, `0 ${JSON.stringify(CODE)}`]));
  assert.equal(profile.inlinedCandidates?.length, 1);
  assert.deepEqual(profile.facts.warnings.slice(1), [
    'What a process told about its code was left out: it is not of the expected form.',
    'What a process told about its code was left out: a process must be a whole number from 0 to 1.',
    "What V8's profiler saw in a process could not be used: no tree.",
    'What a process told about its code was left out: the process is there twice.',
  ]);
});

test('visits and code that are cut, or missing from the second form, are refused', () => {
  const text = second([VISIT], [`0 ${JSON.stringify(CODE)}`]);
  for (const [broken, message] of [
    [WHOLE.replace('capture 1', 'capture 2'), /it ends where "visits"/],
    [text.replace('visits 1', 'visits 2'), /a visit was expected here/],
    [text.replace('"profiled"', '"odd"'), /a visit was expected here/],
    [text.replace('code 1', 'code 2'), /it ends where the code/],
    [text.replace('code 1', 'code 0'), /continues after its last part/],
    [text.replace('capture 2', 'capture 1'), /continues after its last part/],
  ] as const) {
    assert.throws(() => readCapture(broken), { code: 'CAPTURE_INVALID', message });
  }
});

test('more text than any capture has is not even looked at', () => {
  const bytes = new Uint8Array(64 * 1024 * 1024 + 1);
  assert.throws(() => readCapture(bytes), {
    code: 'CAPTURE_TOO_LARGE',
    message: `The capture is too long to read (${bytes.length} bytes).`,
    retry: 'never',
  });
});

test('a stack deeper than any kernel records is refused', () => {
  const body = [
    'frames 1',
    '@x',
    '.f',
    'threads 1',
    '0 7 x',
    'tree 5000',
    '/'.repeat(5000),
    'bins 1',
    'samples 1',
    '/',
    '/',
    '/',
  ];
  assert.throws(() => readCapture(build(body)), { code: 'CAPTURE_INVALID', message: /deeper/ });
});

test('names that depend on time cannot be used to keep the reader busy', () => {
  const candidates = Array.from({ length: 4000 }, (_, i) => ` ${i}:0`).join('');
  const samples = 60_000;
  const body = [
    'frames 2',
    '@[JIT]',
    ':f',
    `*0 0${candidates}`,
    'threads 1',
    '0 7 x',
    'tree 1',
    '0',
    `bins ${samples}`,
    `samples ${samples}`,
  ];
  const times = Array.from({ length: samples }, (_, i) => fixed(i, 3)).join('');
  const text = build([...body, digits(samples - 1), '/'.repeat(samples), times], { ...FACTS, ledger: null });
  assert.throws(() => readCapture(text), { code: 'CAPTURE_INVALID', message: /more complex than any real one/ });
});

test('the example in docs/formats.md reads as its text says', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../docs/formats.md'), 'utf8');
  const lines = (/```\n(smokejumper-capture [^`]+)```/.exec(docs)?.[1] ?? '').split('\n');
  lines[1] = JSON.stringify({ ...FACTS, ledger: { recorded: 7, filtered: {}, lost: 0 } });
  assert.deepEqual(stacks(readCapture(lines.join('\n'))), [
    '0 MainThread 10000000 main',
    '20 MainThread 10000000 main|JS:*parse /srv/app.js:5:63|read',
    '40 MainThread 4000000 main|JS:*parse /srv/app.js:5:63|read',
    '100 MainThread 10000000 main|JS:~before /srv/app.js:8:1',
    '1200 MainThread 10000000 main|JS:~after /srv/app.js:9:1',
    '60 V8Worker 10000000 main|JS:~right /srv/app.js:7:1',
    '80 MainThread 10000000 [jit]',
  ]);
});
