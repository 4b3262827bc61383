import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { Profile as Pprof } from 'pprof-format';
import { decodeProfile, loadProfile } from '../../service/convert/load-profile.ts';
import { exportPprof } from '../../service/convert/pprof/export-pprof.ts';
import { exportFolded } from '../../service/profile/folded/export-folded.ts';
import { exportSpeedscope } from '../../service/profile/formats/export-speedscope.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { fold } from '../support/perf-text.ts';

const fixtures = join(import.meta.dirname, '../fixtures/profiles');
const recorded = gunzipSync(readFileSync(join(fixtures, 'node-24.21.0.perf-script.txt.gz')));
const folder = mkdtempSync(join(tmpdir(), 'load-profile-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const perf = await decodeProfile(recorded);
const cpuprofile = gunzipSync(readFileSync(join(fixtures, 'node.cpuprofile.gz')));

const INPUTS: readonly (readonly [Profile['facts']['source'], Uint8Array])[] = [
  ['perf-script', recorded],
  ['folded', bytes('a;b 3\na;c 4\n')],
  ['cpuprofile', cpuprofile],
  ['speedscope', bytes([...exportSpeedscope(perf)].join(''))],
  ['pprof', gunzipSync(exportPprof(perf))],
];
for (const [source, input] of INPUTS) {
  test(`${source} is recognised by its content: plain, gzip, zstd, compressed twice`, async () => {
    const plain = await loadProfile(file('noise.bin', input));
    assert.equal(plain.facts.source, source);
    assert.ok(plain.ledger.drawn > 0);
    for (const compressed of [gzipSync(input), zstdCompressSync(input), gzipSync(zstdCompressSync(input))]) {
      assert.deepEqual(await loadProfile(file('misleading.json', compressed)), plain);
      assert.deepEqual(await decodeProfile(compressed), plain);
    }
  });
}

test('what is not a profile is refused with what was found and what is known', async () => {
  await assert.rejects(decodeProfile(bytes('hello\nworld\n')), {
    code: 'FORMAT_UNKNOWN',
    message: /line 1 is "hello"/,
  });
  await assert.rejects(decodeProfile(new Uint8Array(0)), { code: 'INPUT_EMPTY' });
  await assert.rejects(decodeProfile(bytes('\n \n\n')), { code: 'INPUT_EMPTY' });
  await assert.rejects(decodeProfile(bytes('BZh91AY')), { code: 'FORMAT_UNKNOWN', hint: /bzip2/ });
  await assert.rejects(decodeProfile(Buffer.from('fd377a585a0000', 'hex')), { code: 'FORMAT_UNKNOWN', hint: /is xz/ });
  await assert.rejects(loadProfile(file('b.folded', 'a;b 1\na;c\na;d 1\n')), {
    code: 'FOLDED_LINE',
    message: /b\.folded": Line 2 is not a folded stack: "a;c"/,
  });
  await assert.rejects(decodeProfile(bytes('{"a": 1}')), { code: 'FORMAT_UNKNOWN' });
  await assert.rejects(decodeProfile(bytes('{"nodes": [')), { code: 'INPUT_CORRUPT' });
  await assert.rejects(decodeProfile(bytes('PERFILE2\u0000\u0001')), { code: 'FORMAT_UNKNOWN', hint: /perf script/ });
  await assert.rejects(loadProfile(join(folder, 'absent')), { code: 'FILE_UNREADABLE', message: /no such file/ });
  await assert.rejects(loadProfile(folder), { code: 'FILE_UNREADABLE', message: /folder/ });
  await assert.rejects(decodeProfile(gzipSync(recorded).subarray(0, 900)), { code: 'INPUT_CORRUPT', message: /gzip/ });
  await assert.rejects(loadProfile(file('x.txt', recorded), { perfMaps: ['app.map'] }), { code: 'PERF_MAP_NAME' });
});

const FOREIGN: readonly (readonly [why: string, text: string, hint: RegExp])[] = [
  ['a map of generated code', '7f36bfdc0000 3f8 Builtin:X\n7f36bfdc0400 3f8 JS:*f /x.js:1:2\n', /--perf-map/],
  ['frames without headers', 'ffffffff817554ea elf_load ([kernel.kallsyms])\n\n', /-F comm/],
  ['a name and a frame on a line', 'dd      7f68ad6e42ad read (/lib/libc.so.6)\n', /-F comm/],
  [
    'the text of perf report',
    '# To display the header\n#\n# Samples: 12  of event\n#\n 12.3%  a  libc  [.] f\n',
    /perf report/,
  ],
  ['a Firefox profile', '{"meta":{"interval":1},"threads":[]}', /Firefox/],
  ['a Chrome trace with its facts first', '{"metadata":{"a":1},"traceEvents":[]}', /Chrome trace/],
  ['a Chrome trace as a list', '[\n {"pid":1,"args":{"x":{}}}, {"ph":"X"}]', /Chrome trace/],
  [
    'a heap profile',
    '{"head":{"callFrame":{"functionName":"(root)"},"selfSize":0,"id":1,"children":[]}}',
    /heap profile/,
  ],
  [
    'a trace of branches',
    '9/9 426567.068172167:       1   branches:uH:   jcc     411077 f+0xc7 (foo.so) =>   411064 f+0xb4 (foo.so)\n',
    /trace of branches.*--itrace/,
  ],
  ["V8's log, preprocessed", '{"code":[{"name":"x","type":"CODE"}],"functions":[],"ticks":[]}', /--cpu-prof/],
  ["V8's log", 'v8-version,12,4,254,0,0\nshared-library,"/usr/bin/node",0x4,0x5\n', /node --prof.*--cpu-prof/],
  ["the summary of V8's log", 'Statistical profiling result from isolate.log, (3 ticks).\n', /--cpu-prof/],
  ['a heap snapshot', '{"snapshot":{"meta":{"node_fields":["type"]}},"nodes":[]}', /heap snapshot/],
  ['a heap snapshot that was cut off', '{"snapshot":{"meta":{"node_fields":["type"', /heap snapshot/],
  [
    'a profile of Sentry',
    '{"version":"1","profile":{"samples":[{"stack_id":0,"thread_id":"0"}],"stacks":[[0]],"frames":[]}}',
    /Sentry/,
  ],
  ['an envelope of Sentry', '{"event_id":"a"}\n{"type":"profile"}\n{"profile":{}}\n', /Sentry/],
  ['the tree of 0x', '{"name":"all stacks","value":3,"top":0,"children":[{"name":"f","value":3}]}', /0x/],
  ['the full mode of Austin', '# austin: 3.6.0\nP1;T1:1;/a.py:main:3 100,0,2048\n', /Austin.*--full/],
  ['the binary mode of Austin', 'MOJ\u0003\u0002', /mojo2austin/],
  ['a profile of gperftools', `${'\0'.repeat(8)}\u0003${'\0'.repeat(15)}'`, /gperftools.*-proto/],
  ['a profile of gperftools on 32 bits', `${'\0'.repeat(4)}\u0003${'\0'.repeat(7)}'`, /gperftools.*-proto/],
  ['a recording of the JVM', 'FLR\0\0\u0002', /Flight Recorder/],
  ['the text of pprof', 'File: node\nType: cpu\nShowing nodes accounting for 1s, 100% of 1s total\n', /-proto/],
  ['the raw text of pprof', 'PeriodType: cpu nanoseconds\nPeriod: 10000000\nSamples:\n', /-proto/],
  ['a zip archive', 'PK\u0003\u0004aaaa', /zip/],
  ['a .cpuprofile without nodes', '{"nodes":[],"samples":[]}', /Pass a capture/],
  ['JSON that is not an object', '[]', /Pass a capture/],
];
for (const [why, text, hint] of FOREIGN) {
  test(`not read, with the reason: ${why}`, () =>
    assert.rejects(decodeProfile(bytes(text)), { code: 'FORMAT_UNKNOWN', hint }));
}

test('an event that the profile does not have is an error in every format', async () => {
  for (const [, input] of INPUTS) {
    await assert.rejects(decodeProfile(input, { event: 'page-faults' }), { code: 'NO_SUCH_EVENT' });
  }
  assert.equal((await decodeProfile(cpuprofile, { event: 'cpu' })).facts.event, 'cpu');
});

test('text in UTF-16, as Windows writes it, is read', async () => {
  const text = '\ufeffmain;é 5\r\nmain;b 3\r\n';
  const little = Buffer.from(text, 'utf16le');
  for (const input of [little, Buffer.from(little).swap16(), gzipSync(little)]) {
    assert.equal(fold(await decodeProfile(input)), 'main;b 3\nmain;é 5\n');
  }
});

test('a byte order mark in front of UTF-8 belongs to no name', async () => {
  const stack = 'app 7 [000] 1.000000: cpu-clock: \n\t  4005d0 main (/srv/app)\n\n';
  for (const input of [bytes(`\ufeff${stack}`), gzipSync(bytes(`\ufeff${stack}`)), bytes('\ufeffapp;main 1\n')]) {
    assert.equal(fold(await decodeProfile(input)), 'app;main 1\n');
  }
  await assert.rejects(decodeProfile(bytes('\ufeff')), { code: 'INPUT_EMPTY' });
});

test('pprof messages may begin with any field', async () => {
  const message = gunzipSync(exportPprof(perf));
  // Field 9, time_nanos = 1, in front.
  const other = Buffer.concat([Buffer.from([0x48, 0x01]), message]);
  assert.equal((await decodeProfile(other)).ledger.drawn, perf.ledger.drawn);
});

test('random bytes are refused, never a crash', async () => {
  const prefix = fc.constantFrom('', '\u001f\u008b', '(\u00b5/\u00fd', '{"nodes":[', '\n\u0004\b\u0001', 'smokejumper');
  await fc.assert(
    fc.asyncProperty(prefix, fc.uint8Array({ maxLength: 200 }), async (head, noise) => {
      try {
        await decodeProfile(Buffer.concat([Buffer.from(head, 'latin1'), noise]));
      } catch (error) {
        assert.equal((error as Error).name, 'AppError', String(error));
      }
    }),
    { numRuns: 300 },
  );
});

test('two threads make the same profile as one', async () => {
  // Repeated, so that there is a middle with samples of both threads before and behind it.
  const text = Buffer.concat(Array.from({ length: 20 }, () => recorded));
  const path = file('long.txt', text);
  const perfMaps = [join(fixtures, 'node-24.21.0.perf-19489.map.gz')];
  const one = await loadProfile(path, { threads: 1, perfMaps });
  const two = await loadProfile(path, { threads: 2, perfMaps });
  assert.deepEqual(two.ledger, one.ledger);
  assert.equal(fold(two), fold(one));
  assert.deepEqual(two.samples.atMs, one.samples.atMs);
  assert.deepEqual([two.threads, two.processes, two.facts], [one.threads, one.processes, one.facts]);
});

test('two threads part the text where a sample begins, also where blank lines stand within samples', async () => {
  const gaps = recorded.toString().replace(/: \n\t/g, ': \n\n\t');
  const names = recorded.toString().replace(/^(\S+) .*: $/gm, '$1 ');
  for (const [name, text] of [['gaps.txt', gaps] as const, ['names.txt', names] as const]) {
    // As many line feeds at the end as bring the place where a blank line is looked for into a header.
    let padded = text;
    while (name === 'gaps.txt' && !/^[^\t\n][^\n]*\n\n\t/.test(padded.slice(Math.floor(padded.length * 0.625))))
      padded += '\n';
    const path = file(name, padded);
    const one = await loadProfile(path, { threads: 1 });
    const two = await loadProfile(path, { threads: 2 });
    assert.deepEqual([two.ledger, fold(two)], [one.ledger, fold(one)], name);
    assert.ok(one.ledger.drawn > 200 && one.ledger.filtered.malformed === undefined, name);
  }
});

test('two threads refuse what one refuses', async () => {
  const path = file('long2.txt', Buffer.concat([recorded, recorded]));
  await assert.rejects(loadProfile(path, { threads: 2, event: 'page-faults' }), { code: 'NO_SUCH_EVENT' });
  await assert.rejects(loadProfile(path, { threads: 2, perfMaps: ['/x/perf-1.map'] }), { code: 'FILE_UNREADABLE' });
});

test('progress is reported in bytes of the file', async () => {
  const told: (number | undefined)[][] = [];
  const path = file('progress.txt', Buffer.concat(Array.from({ length: 5 }, () => recorded)));
  await loadProfile(path, { onProgress: (read, total) => told.push([read, total]) });
  const size = readFileSync(path).length;
  assert.deepEqual(told.at(-1), [size, size]);
});

test('a pprof export parses back with its samples, weights, threads and places', async () => {
  const message = Pprof.decode(gunzipSync(exportPprof(perf)));
  assert.equal(
    message.sample.reduce((sum, sample) => sum + Number(sample.value[0]), 0),
    perf.ledger.drawn,
  );
  const back = await decodeProfile(exportPprof(perf));
  const sum = (profile: Profile) => profile.samples.weight.reduce((total, weight) => total + weight, 0);
  assert.deepEqual([back.ledger.drawn, sum(back), back.facts.hz], [perf.ledger.drawn, sum(perf), perf.facts.hz]);
  assert.deepEqual(back.threads.map((thread) => thread.name).sort(), perf.threads.map((thread) => thread.name).sort());
  const spin = back.functions.find((fn) => fn.name === 'spin');
  assert.deepEqual([spin?.file, spin?.line, spin?.category], ['/srv/shop/current/app.js', 31, 'app']);
});

test('every export can be read again with all its samples', async () => {
  const exports = {
    folded: Buffer.concat([...exportFolded(perf)]),
    speedscope: bytes([...exportSpeedscope(perf)].join('')),
  };
  for (const [source, content] of Object.entries(exports)) {
    const back = await decodeProfile(content);
    assert.deepEqual([back.facts.source, back.ledger.drawn], [source, perf.ledger.drawn]);
  }
});

test('line ticks of a .cpuprofile are lines of pprof locations, and no sample gets lost', async () => {
  const profile = await decodeProfile(cpuprofile);
  const message = Pprof.decode(gunzipSync(exportPprof(profile)));
  const lines = new Set(message.location.flatMap((location) => location.line.map((line) => Number(line.line))));
  // The loop of `spin` is two lines below its head, line 31.
  assert.ok(lines.has(33));
  assert.equal(
    message.sample.reduce((sum, sample) => sum + Number(sample.value[0]), 0),
    profile.ledger.drawn,
  );
});
