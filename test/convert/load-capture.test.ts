/** What an instance sends: one format, of known versions, unpacked in bounded memory. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { decodeCapture } from '../../service/convert/load-capture.ts';
import { loadProfile } from '../../service/convert/load-profile.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const sent = readFileSync(join(FIXTURES, 'captures/busy-hot.capture.gz'));
const text = gunzipSync(sent).toString();
const [, facts = ''] = text.split('\n');
const HEAD = `smokejumper-capture 3\n${facts}\n`;

test('a capture is read, of each form that this version knows', async () => {
  assert.ok((await decodeCapture(sent)).ledger.drawn > 100);
  const ofForm2 = text.replace('smokejumper-capture 1\n', 'smokejumper-capture 2\n');
  assert.ok((await decodeCapture(gzipSync(`${ofForm2}visits 0\ncode 0\n`))).ledger.drawn > 100);
});

test('a capture of another form is refused by that name, also as a file', async () => {
  const other = gzipSync(text.replace(/^smokejumper-capture \d/, 'smokejumper-capture 9'));
  const refused = {
    code: 'CAPTURE_VERSION',
    message: /The capture has form 9; this version of Smokejumper reads 1 to 3\./,
    hint: /^Update Smokejumper/,
  };
  await assert.rejects(decodeCapture(other), refused);
  const folder = mkdtempSync(join(tmpdir(), 'smokejumper-form-'));
  try {
    writeFileSync(join(folder, 'other.gz'), other);
    await assert.rejects(loadProfile(join(folder, 'other.gz')), refused);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const FOREIGN: Readonly<Record<string, Uint8Array>> = {
  'folded stacks': gzipSync('main;a 3\nmain;b 4\n'),
  'perf script': gzipSync('node 9 1.000001: 5 cycles: \n\t 1f x (/bin/a)\n\n'),
  'a .cpuprofile': gzipSync('{"nodes":[],"startTime":0,"endTime":1}'),
  'a capture that is not packed': Buffer.from(text),
  'a capture in zstd': zstdCompressSync(text),
  'a capture that is packed twice': gzipSync(sent),
  'a capture that is cut off': sent.subarray(0, 500),
  'a capture without its end': gzipSync(text.slice(0, -200)),
  'an empty file': gzipSync(''),
  nothing: new Uint8Array(),
  noise: Buffer.from('1f8b0800ffffffffffff', 'hex'),
};

for (const [what, bytes] of Object.entries(FOREIGN)) {
  test(`${what}: that is no capture`, async () => {
    await assert.rejects(decodeCapture(bytes), (error: Error & { code?: string; hint?: string }) => {
      assert.equal(error.code, 'CAPTURE_INVALID');
      assert.match(error.message, /^(What the instance sent is no|Not a valid) capture: /);
      assert.ok(error.hint);
      return true;
    });
  });
}

test('what unpacks to more than 40 MB is refused, and just so much is not', async () => {
  const filled = (bytes: number) => gzipSync(HEAD + 'x'.repeat(bytes - HEAD.length));
  const limit = 40 * 2 ** 20;
  await assert.rejects(decodeCapture(filled(limit)), { code: 'CAPTURE_INVALID', message: /it ends where "frames"/ });
  await assert.rejects(decodeCapture(filled(limit + 1)), {
    code: 'CAPTURE_TOO_LARGE',
    message: 'The capture unpacks to more than 40 MB.',
  });
});

/** Parts that are more than any real capture has, and as much as is still read. */
const COUNTS: readonly (readonly [what: string, most: number, of: (count: number) => string])[] = [
  ['frames', 500_000, (count) => `frames ${count}\n${'.a\n'.repeat(count)}`],
  ['threads', 200_000, (count) => `frames 1\n.a\nthreads ${count}\n${'0 1 a\n'.repeat(count)}`],
  ['nodes', 1_000_000, (count) => `frames 1\n.a\nthreads 1\n0 1 a\ntree ${count}\n/${'!/'.repeat(count - 1)}\n`],
  [
    'samples',
    1 << 22,
    (count) => `frames 1\n.a\nthreads 1\n0 1 a\ntree 1\n/\nbins 1\nsamples ${count}\n${'/'.repeat(count)}\n`,
  ],
];

for (const [what, most, of] of COUNTS) {
  test(`more than ${most} ${what} are refused before they are read`, async () => {
    await assert.rejects(decodeCapture(gzipSync(HEAD + of(most + 1))), {
      code: 'CAPTURE_INVALID',
      message: /far more complex than any real one|more than 1000000 nodes/,
    });
    // Refused for what comes, or does not come, after them.
    await assert.rejects(decodeCapture(gzipSync(HEAD + of(most))), {
      code: 'CAPTURE_INVALID',
      message: /it ends where|samples belong to no stack|a number|was expected here|continues after/,
    });
  });
}

test('a line of JSON of more than 8 MB, or of more than 500,000 lists, is refused before it is parsed', async () => {
  const factsOf = (json: string) => gzipSync(`smokejumper-capture 3\n${json}\n`);
  await assert.rejects(decodeCapture(factsOf('x'.repeat(8 * 2 ** 20 + 1))), {
    message: /more than 8388608 characters/,
  });
  await assert.rejects(decodeCapture(factsOf('x'.repeat(8 * 2 ** 20))), { message: /JSON/ });
  await assert.rejects(decodeCapture(factsOf('['.repeat(500_001))), { message: /more than 500000 lists and objects/ });
  await assert.rejects(decodeCapture(factsOf('{'.repeat(500_000))), { message: /JSON/ });
});

test('what a process tells about its code is left out when it is too much; the capture stays', async () => {
  const ofForm2 = text.replace('smokejumper-capture 1\n', 'smokejumper-capture 2\n');
  for (const line of ['x'.repeat(8 * 2 ** 20 + 1), '['.repeat(500_001)]) {
    const { facts } = await decodeCapture(gzipSync(`${ofForm2}visits 0\ncode 1\n${line}\n`));
    assert.match(facts.warnings.at(-1) ?? '', /left out: the line has more than/);
  }
});

/**
 * MB that decoding adds to what a process of its own has. 899 MB in all were seen, and 1.6 GB with the first bomb; a
 * container of 512 MB has some 250 for it.
 */
const PEAK_MB = 250;
const MEASURE = `
  const { readFileSync } = await import('node:fs');
  const { decodeCapture } = await import(process.argv[1]);
  const bytes = readFileSync(process.argv[2]);
  const before = process.resourceUsage().maxRSS;
  const code = await decodeCapture(bytes).then(() => 'read', (error) => error.code);
  console.log(JSON.stringify({ code, mb: (process.resourceUsage().maxRSS - before) / 1024 }));
`;

const BOMBS: Readonly<Record<string, () => string>> = {
  'one frame 13 million times': () => `${HEAD}frames 13000000\n${'.a\n'.repeat(13_000_000)}`,
  '100 MB of nothing': () => HEAD + '\u0000'.repeat(100_000_000),
  'half a million long names': () =>
    `${HEAD}frames 499999\n${Array.from({ length: 499_999 }, (_, i) => `.${`${i}`.padEnd(76, 'x')}`).join('\n')}\n`,
  'lists as facts': () => `smokejumper-capture 3\n{"a":[${'[],'.repeat(499_000)}${'1,'.repeat(3_000_000)}1]}\n`,
  'small texts as facts': () =>
    `smokejumper-capture 3\n{"a":[${Array.from({ length: 900_000 }, (_, i) => `"${i}"`)}]}\n`,
};

for (const [what, bomb] of Object.entries(BOMBS)) {
  test(`${what}: refused within ${PEAK_MB} MB`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'smokejumper-bomb-'));
    try {
      const file = join(folder, 'bomb.gz');
      writeFileSync(file, gzipSync(bomb(), { level: 1 }));
      const module = join(import.meta.dirname, '../../service/convert/load-capture.ts');
      const child = ['--input-type=module', '-e', MEASURE, module, file];
      const { stdout } = await promisify(execFile)(process.execPath, child);
      const { code, mb } = JSON.parse(stdout) as { code: string; mb: number };
      assert.match(code, /^CAPTURE_(INVALID|TOO_LARGE)$/);
      assert.ok(mb < PEAK_MB, `${mb} MB`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
