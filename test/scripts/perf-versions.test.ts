/**
 * Text of `perf script` as versions and architectures differ in it, read by each awk. Where the differences are from:
 * perf 6.1, as it prints here; for 4.14 and for the newest, perf's sources (`print_sample_start`, later
 * `perf_sample__fprintf_start`, and the options of `cmd_script`); names with their unit, `software/cpu-clock/`, the
 * discussion of that change on linux-perf-users. Files of the kernel and of aarch64 are as people's reports show them.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { Profile } from '../../service/profile/profile.ts';
import { type MadeRecording, reduced, sampleLines } from '../support/scripts/reduce-text.ts';
import { AWKS, awkFile, folder, noPerf, run } from '../support/scripts/remote-script.ts';
import { pathWith } from '../support/scripts/surroundings.ts';

/** What `census.awk` prints, as `key value` lines. */
function census(awk: readonly string[], text: string): string[] {
  const [program = '', ...words] = awk;
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  const ran = spawnSync(program, [...words, '-f', awkFile('census')], { input: text, encoding: 'latin1', env });
  assert.equal(ran.stderr, '');
  return ran.stdout.trimEnd().split('\n');
}

/** Headers as each version prints them for `-F comm,pid,tid,time,event`. */
const HEADERS: readonly (readonly [string, string])[] = [
  ['4.14 to 6.1: five digits for pid and tid', '            node     7/9        10.500000: cpu-clock: \n'],
  ['later ones: seven digits', '            node       7/9          10.500000: cpu-clock: \n'],
  ['pids of seven digits fill the columns', '            node 4194301/4194302 1000000.500000: cpu-clock: \n'],
  [
    'names are padded to the longest event, here dummy:HG beside it',
    '            node 7/9 10.500000:       cpu-clock: \n',
  ],
  ['only user space may be recorded (perf_event_paranoid 2)', '            node 7/9 10.500000: cpu-clock:u: \n'],
  ['the most precise that is possible', '            node 7/9 10.500000: cpu-clock:pppH: \n'],
  ['all modifiers at once', '            node 7/9 10.500000: cpu-clock:uhpppH: \n'],
  ['the newest: the unit comes first', '            node 7/9 10.500000: software/cpu-clock/: \n'],
  ['the newest, with a modifier behind the unit', '            node 7/9 10.500000: software/cpu-clock/P: \n'],
];

for (const awk of AWKS) {
  test(`${awk.join(' ')}: headers of every version are counted`, () => {
    for (const [version, text] of HEADERS) {
      const lines = census(awk, text);
      assert.equal(lines[0], 'total 1', version);
      assert.match(lines.at(-1) ?? '', /^tid \d+ \d+ node$/, version);
    }
    // All of them in one text, and none taken for the name of another.
    const all = census(awk, HEADERS.map(([, text]) => text).join(''));
    assert.equal(all[0], `total ${HEADERS.length}`);
  });

  test(`${awk.join(' ')}: other events beside it are not samples, whatever their process is called`, () => {
    const others = [
      '            node 7/9 10.500000:   dummy:HG: \n',
      '            node 7/9 10.500000: my-cpu-clock: \n',
      '     cpu-clock:  7/9 10.500000: cycles: \n',
    ];
    assert.equal(census(awk, others.join(''))[0], 'total 0');
    assert.equal(census(awk, `${others[0]}            node 7/9 10.600000: cpu-clock: \n`)[0], 'total 1');
  });

  test(`${awk.join(' ')}: lost samples of every form are added up`, () => {
    const lost = [
      // 4.16 to 5.x print the record behind the name of the thread; later ones the same with wider columns.
      '            node     7/9        11.000000: PERF_RECORD_LOST lost 12\n',
      '            node       7/9          11.000000: PERF_RECORD_LOST lost 3 \n',
      // Of the kernel itself, in a recording of all CPUs.
      '         swapper       0/0          11.000000: PERF_RECORD_LOST lost 1\n',
      '             :-1      -1/-1         11.000000: PERF_RECORD_LOST lost 4\n',
      '            node       7/9          11.000000: PERF_RECORD_LOST_SAMPLES lost 5\n',
    ];
    const lines = census(awk, `${lost.join('')}            node 7/9 10.500000: cpu-clock: \n`);
    assert.deepEqual(lines.slice(0, 2), ['total 1', 'lost 25']);
  });
}

/** One sample with these frames, leaf first, `-F pid,tid,time,period,ip,sym,dso`. */
function sample(header: string, frames: readonly string[]): string {
  return `${header}\n${frames.map((frame) => `\t${frame}\n`).join('')}\n`;
}

function made(stacks: string, map?: string): MadeRecording {
  return { stacks, start: 10, processes: [{ pid: 7, ...(map === undefined ? {} : { map }) }] };
}

/** Modules of the frames, root first, where all samples have one stack. */
function modules({ frames, functions, samples, tree }: Profile): (string | null)[] {
  const list: (string | null)[] = [];
  for (let node = samples.node[0] as number; node > 0; node = tree.parent[node] as number) {
    list.unshift(functions[frames.functionOf[tree.frame[node] as number] as number]?.category ?? null);
  }
  return list;
}

for (const awk of AWKS) {
  test(`${awk.join(' ')}: stack headers of every version are read`, (t) => {
    const frame = ['          400500 main (/usr/bin/node)'];
    const headers = [
      '    7/9        10.000000:   10101010 ',
      '      7/9          10.020000:   10101010 ',
      '7/9 10.040000:          1 ',
    ];
    const stacks = headers.map((header) => sample(header, frame)).join('');
    const lines = sampleLines(reduced(awk, folder(t), made(stacks)));
    assert.deepEqual(lines, ['7/9 0 main', '7/9 1 main', '7/9 2 main']);
  });

  test(`${awk.join(' ')}: kernel code has many files, all of them the kernel's`, (t) => {
    const files = [
      '[kernel.kallsyms]',
      '[kernel.kallsyms].init.text',
      '[kernel.kallsyms]_text',
      '[kernel.vmlinux]',
      '[guest.kernel.kallsyms]',
      '[guest.kernel.kallsyms.4711]',
      '/usr/lib/debug/lib/modules/5.10.0-30-amd64/vmlinux',
      '[nf_conntrack]',
      '/lib/modules/5.10.199-190.747.amzn2.aarch64/kernel/net/netfilter/nf_conntrack.ko.xz',
      'bpf_prog_6deef7357e7b4530',
    ];
    const frames = files.map((file, at) => `ffffffff81${at}00500 f${at} (${file})`);
    const profile = reduced(awk, folder(t), made(sample('7/9 10.000000:   10101010 ', frames)));
    assert.deepEqual(modules(profile), Array(files.length).fill('kernel'));
  });

  test(`${awk.join(' ')}: aarch64: 48-bit addresses, its own entries into the kernel, mapping symbols`, (t) => {
    const frames = [
      'ffff800010081a5c el0_svc_common.constprop.0 ([kernel.kallsyms])',
      'ffff800010082b10 el0_sync ([kernel.kallsyms])',
      '    ffff9c2d1f68 syscall (/usr/lib64/libc.so.6)',
      '    ffff9c30a7e0 __kernel_clock_gettime ([vdso])',
      '    ffff7c2c1a48 LazyCompile:*old /srv/app.js:1:1 (/tmp/perf-7.map)',
      '    ffff7c2c1e08 [unknown] ([unknown])',
      '          b7f2d4 $x (/usr/bin/node-22)',
      '          b7f2d0 _start (/usr/bin/node-22 (deleted))',
    ];
    const map = 'ffff7c2c1a00 100 JS:*parse /srv/app.js:5:1\nffff7c2c1e00 40 JS:~handle /srv/app.js:9:1\n';
    const [line] = sampleLines(reduced(awk, folder(t), made(sample('7/9 10.000000:   10101010 ', frames), map)));
    assert.equal(
      line,
      '7/9 0 _start;$x;JS:~handle /srv/app.js:9:1;JS:*parse /srv/app.js:5:1;__kernel_clock_gettime;syscall;' +
        'el0_sync;el0_svc_common.constprop.0',
    );
  });

  test(`${awk.join(' ')}: code made at run time gets its name from the map, whatever perf calls its memory`, (t) => {
    const memory = [
      '/tmp/perf-7.map',
      // The pid within its container.
      '/tmp/perf-1.map',
      '//anon',
      '[anon]',
      '[anon:v8]',
      '[unknown]',
    ];
    for (const file of memory) {
      const stacks = sample('7/9 10.000000:   10101010 ', [`    7f2c1a401a48 [unknown] (${file})`]);
      const map = '7f2c1a401a00 100 JS:*parse /srv/app.js:5:1\n';
      assert.deepEqual(
        sampleLines(reduced(awk, folder(t), made(stacks, map))),
        ['7/9 0 JS:*parse /srv/app.js:5:1'],
        file,
      );
    }
  });

  test(`${awk.join(' ')}: inlined frames, deleted programs and files that are no code stay what they are`, (t) => {
    const frames = [
      '    7f2c1a401a48 memcpy (inlined)',
      '          400510 uv_run (/usr/bin/node (deleted))',
      '    7f2c1b000010 [unknown] (anon_inode:[io_uring])',
      '          400500 main (/usr/bin/node)',
    ];
    const [line] = sampleLines(reduced(awk, folder(t), made(sample('7/9 10.000000:   10101010 ', frames))));
    assert.equal(line, '7/9 0 main;[anon];uv_run;memcpy');
  });
}

test('perf 4.14 has no option for lost samples: it does without, and tells what perf says of them', async (t) => {
  const reason = noPerf();
  if (reason !== undefined) return t.skip(reason);
  const old =
    'case " $* " in *" --show-lost-events "*) echo "  Error: unknown option \\`show-lost-events\'" >&2; exit 129 ;; ' +
    '*" comm,pid,tid,time,event "*) echo "Processed 9 events and lost 2 chunks!" >&2 ;; esac; ' +
    'exec /usr/bin/env -i PATH=/usr/bin:/bin perf "$@"';
  const path = pathWith(t, { perf: old });
  const args = ['run', '--id', 'x', '--seconds', '1', '--pid', `${process.pid}`];
  const { code, report, stderr } = await run(args, { dir: folder(t), env: { SMOKEJUMPER_PATH: path } });
  assert.equal(code, 0, stderr);
  assert.ok(Number(report.recorded) > 0);
  assert.deepEqual(report.warnings, ['The kernel lost samples; this version of perf does not say how many.']);
});
