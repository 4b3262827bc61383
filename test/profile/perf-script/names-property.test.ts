/** Headers and frames with names of the characters that perf itself uses: every one must come back as it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Profile } from '../../../service/profile/profile.ts';
import { parse } from '../../support/perf-text.ts';

const textOf = (characters: string, maxLength: number) =>
  fc
    .array(fc.constantFrom(...characters), { minLength: 1, maxLength })
    .map((list) => list.join('').trimEnd())
    .filter((text) => text !== '');
const comm = textOf('ab 0189:/[].#;()-+éx%', 14).filter((text) => !text.startsWith(' '));
/** Arrows and offsets have a meaning of their own. */
const symbol = textOf('ab 0:/[].#;()-+<>*~$^"\'|,=fxé', 20)
  .map((text) => text.trim())
  .filter((text) => text !== '' && !text.includes('->') && !text.includes('+0x'));
const dso = fc.constantFrom(
  '/bin/a',
  '/opt/a (b)/c',
  '/x y/z (deleted)',
  '/memfd:x (deleted)',
  '/tmp/perf-9.map',
  '[kernel.kallsyms].init.text',
  '[JIT] tid 9',
  '[unknown]',
  'inlined',
  '//anon',
);
const sample = fc.record({
  comm,
  pid: fc.option(fc.nat(99_999)),
  tid: fc.nat(99_999),
  cpu: fc.option(fc.nat(127)),
  time: fc.nat(99_999_999),
  period: fc.option(fc.integer({ min: 1, max: 1e10 })),
  event: fc.constantFrom('cycles', 'cycles:ppp', 'cpu/cycles/'),
  frames: fc.array(fc.tuple(fc.nat(0xffffff), symbol, dso, fc.boolean()), { maxLength: 5 }),
});
type Sample = typeof sample extends fc.Arbitrary<infer T> ? T : never;

function printed({ comm, pid, tid, cpu, time, period, event, frames }: Sample): string {
  const thread = pid === null ? String(tid).padStart(5) : `${pid}/${tid}`;
  const processor = cpu === null ? '' : `[${String(cpu).padStart(3, '0')}] `;
  const count = period === null ? '' : `${String(period).padStart(10)} `;
  const head = `${comm} ${thread} ${processor}${(time / 1000).toFixed(6).padStart(12)}: ${count}${event}: \n`;
  const lines = frames.map(
    ([address, name, file, offset]) =>
      `\t${address.toString(16).padStart(16)} ${name}${offset ? '+0x1f' : ''} (${file})\n`,
  );
  return `${head}${lines.join('')}\n`;
}

/** Symbols of the stack of a row, leaf first. */
function stackOf({ samples, tree, frames }: Profile, row: number): (string | undefined)[] {
  const stack: (string | undefined)[] = [];
  for (let node = samples.node[row] ?? 0; node > 0; node = tree.parent[node] ?? 0) {
    stack.push(frames.symbol[tree.frame[node] ?? 0]);
  }
  return stack;
}

test('names that are made of what perf prints between them come back as they were', () => {
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 5 }), (samples) => {
      const text = samples.map(printed).join('');
      const profile = parse(text, { dropIdle: false });
      assert.deepEqual([profile.ledger.recorded, profile.ledger.drawn], [samples.length, samples.length], text);
      samples.forEach((wanted, row) => {
        const thread = profile.threads[profile.samples.thread[row] ?? -1];
        assert.deepEqual([thread?.name, thread?.tid], [wanted.comm, wanted.tid], text);
        assert.equal(profile.samples.weight[row], wanted.period ?? 1);
        assert.deepEqual(
          stackOf(profile, row),
          wanted.frames.map(([, name]) => name),
          text,
        );
      });
    }),
    { numRuns: 150 },
  );
});
