/**
 * Whole texts of every format, cut off, mutated and with other line ends: all that was recorded is accounted for, or an
 * error says why not.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { decodeProfile } from '../../service/convert/load-profile.ts';
import { exportPprof } from '../../service/convert/pprof/export-pprof.ts';
import { exportSpeedscope } from '../../service/profile/formats/export-speedscope.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { bytesOf, fold } from '../support/perf-text.ts';

const fixture = (name: string) => gunzipSync(readFileSync(join(import.meta.dirname, '../fixtures/profiles', name)));

/** The first samples of a recording. */
function firstSamples(text: Buffer, bytes: number): Uint8Array {
  return text.subarray(0, text.lastIndexOf('\n\n', bytes) + 2);
}

const perf = firstSamples(fixture('node-24.21.0.perf-script.txt.gz'), 40_000);
const small = await decodeProfile(firstSamples(Buffer.from(perf), 12_000));
const MANY_FORMS = bytesOf(
  [
    '# ========\n# hostname : a\n# ========\n#',
    'a 9 [000] 1.000001: 5 cycles: \n\t 4005b1 f(int)+0x1 (/bin/a b (c))\n  a.c:3\n\t 4005c1 main (inlined)\n',
    'x 1 2.3: 1 c:  9/10 1.000002: 7 cpu_core/cycles/: \n\t 4005b1 [unknown] ([unknown])\n',
    'a 9 1.000003: PERF_RECORD_LOST lost 3',
    '              dd     9 1.000004:          5 cycles:      7f68ad6e42ad read+0xd (/lib/libc.so.6)\n',
    'swapper 0 [001] 1.000005: 1 page-faults: \n\nsrv 8080 9 1.000006: 5 cycles: \n' +
      '\t ffff8000 g+0x1 ([kernel.kallsyms])\n\n',
  ].join('\n'),
);

const INPUTS: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['a recording', perf],
  ['perf text of many forms', MANY_FORMS],
  ['folded stacks', bytesOf(fold(small))],
  ['folded stacks with two counts', bytesOf('a;b 3 5\na;b;c d 2 0\na-7/9;x_[k] 1 1\n')],
  ['a .cpuprofile', fixture('node.cpuprofile.gz')],
  ['speedscope JSON', bytesOf([...exportSpeedscope(small)].join(''))],
  ['pprof', gunzipSync(exportPprof(small))],
];

/** The profile whose accounting adds up, or undefined when the input was refused in words. */
async function readOrRefused(bytes: Uint8Array): Promise<Profile | undefined> {
  let profile: Profile;
  try {
    profile = await decodeProfile(bytes, { dropIdle: false });
  } catch (error) {
    const { code = '' } = error as { code?: string };
    assert.match(code, /^(?:FORMAT_UNKNOWN|INPUT_EMPTY|INPUT_CORRUPT|PROFILE_INVALID|FOLDED_LINE)$/, String(error));
    return undefined;
  }
  const { recorded, drawn, filtered } = profile.ledger;
  assert.equal(recorded, drawn + Object.values(filtered).reduce((sum, n) => sum + n, 0));
  const { count, weight } = profile.samples;
  assert.equal(
    count.reduce((sum, n) => sum + n, 0),
    drawn,
  );
  assert.ok(weight.every((value) => value >= 0 && Number.isFinite(value)));
  return profile;
}

/** Headers of samples in perf's text, counted without the parser. */
function headersIn(text: string): number {
  const header = /(?:^|\s)\d+(?:\/\d+)?\s+(?:\[\d+\]\s+)?\d+\.\d+:\s/;
  return text.split('\n').filter((line) => header.test(`${line} `) && !/^# |PERF_RECORD_/.test(line)).length;
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

for (const [name, bytes] of INPUTS) {
  const runs = bytes.length > 100_000 ? 12 : 120;

  test(`${name} with CR LF is the same profile`, async () => {
    if (name === 'pprof') return;
    const crlf = Buffer.from(latin1(bytes).replaceAll('\n', '\r\n'), 'latin1');
    assert.deepEqual(await readOrRefused(crlf), await readOrRefused(bytes));
  });

  test(`${name} that was cut off anywhere is read without a loss, or refused`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (end) => {
        const cut = bytes.subarray(0, end);
        const profile = await readOrRefused(cut);
        if (profile?.facts.source !== 'perf-script') return;
        // The last header may be cut off within.
        const headers = headersIn(latin1(cut));
        assert.ok(Math.abs(profile.ledger.recorded - headers) <= 1, `${profile.ledger.recorded} of ${headers}`);
      }),
      { numRuns: runs },
    );
  });

  test(`${name} with bytes changed at random is read or refused`, async () => {
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, async (all) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, byte] of all) damaged[at] = byte;
        const profile = await readOrRefused(damaged);
        if (profile?.facts.source !== 'perf-script') return;
        const headers = headersIn(latin1(damaged));
        assert.ok(Math.abs(profile.ledger.recorded - headers) <= 2 * all.length);
      }),
      { numRuns: runs },
    );
  });
}
