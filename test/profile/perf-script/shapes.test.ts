/**
 * Shapes of `perf script` text that its options make: none of them may lose a sample, or guess what it does not say.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPerfScript } from '../../../service/profile/perf-script/import-perf.ts';
import { folded, parse } from '../../support/perf-text.ts';

const LEAF = '\t          4005b1 leaf+0x1 (/bin/a)\n';
const MAIN = '\t          4005c1 main+0x11 (/bin/a)\n';
const STACK = `${LEAF}${MAIN}`;
const head = (comm: string, tid: number | string, time: string) => `${comm} ${tid} ${time}:          5 cycles: \n`;
const A = `${head('a', 9, '1.000001')}${STACK}\n`;

/** As perf prints the address of data, and of an instruction in the header line. */
const FAULT = 'a 9 1.000001:          1   page-faults:     7fca99943ac0';

/** Texts, and the stacks that they mean. */
const SHAPES: readonly (readonly [why: string, text: string, stacks: readonly string[]])[] = [
  [
    'source lines after the frames (-F +srcline)',
    `${head('a', 9, '1.000001')}${LEAF}  a.c:12\n${MAIN}  libc.so.6[27b25]\n\t   4005d1 _start+0x1 (/bin/a)\n` +
      `  ??:0\n\n${A}`,
    ['a;_start;main;leaf 5', 'a;main;leaf 5'],
  ],
  [
    'source code after the frames (-F +srccode)',
    `${head('a', 9, '1.000001')}${LEAF}  a.c:12\n|12   add x (y)\n${MAIN}\n`,
    ['a;main;leaf 5'],
  ],
  [
    'branches after the frames (-F +brstack)',
    `${head('a', 9, '1.000001')}${STACK} 0x4005b1/0x4005c2/P/-/-/0  0xffffffff81/0xffffffff82/M/-/-/12 \n\n`,
    ['a;main;leaf 5'],
  ],
  [
    'branches with symbols (-F +brstacksym)',
    `${head('a', 9, '1.000001')}${STACK} add+0x1/main+0x5/P/-/-/0  bad+0x3/leaf+0x0/M/-/-/1 \n\n`,
    ['a;main;leaf 5'],
  ],
  [
    'instructions of branches (-F +brstackinsn)',
    `${head('a', 9, '1.000001')}${STACK}\tmain:\n\t00000000004005c1\tinsn: 55 48 89 e5\t# PRED 3 cycles [3]\n` +
      '\t0000000000400600\tpush %rbp (bad)\n\n',
    ['a;main;leaf 5'],
  ],
  [
    'instructions (-F +insn) with and without call chain',
    `${head('a', 9, '1.000001')}${STACK} insn: 48 3d 00 f0 ff ff\n\n` +
      '              dd   9 1.000002:          5 cycles:      7f68ad6e42ad read+0xd (/lib/libc.so.6) insn: 48 3d 00\n' +
      '              dd   9 1.000003:          5 cycles:  ffffffff81d35f00 zero+0x0 ([kernel.kallsyms])\n' +
      '              dd   9 1.000004:          5 cycles:      7f68ad6e42ad read+0xd (/lib/libc.so.6) ' +
      'ilen: 3 insn: 48 3d 00\n',
    ['a;main;leaf 5', 'dd;read 10', 'dd;zero 5'],
  ],
  [
    'physical addresses and sizes of pages (-F +phys_addr,data_page_size)',
    `${head('a', 9, '1.000001')}${STACK}       12f00ab0\n\n` +
      `${head('a', 9, '1.000002')}${STACK}       12f00ab0 4K 2M\n\n`,
    ['a;main;leaf 10'],
  ],
  [
    'registers (-F +iregs,uregs)',
    `${head('a', 9, '1.000001')}${STACK} ABI:2    AX:0x0    BX:0x7ffd    CX:0xffff \n\n`,
    ['a;main;leaf 5'],
  ],
  [
    'addresses, weights and a data source in the header (-F +addr,weight,data_src)',
    'a 9 1.000001:          5      cycles:      7ffd0011aabb             68100142 |OP LOAD|LVL L1 hit|' +
      `SNP None|TLB L1 or L2 hit|LCK No|BLK N/A              12 \n${STACK}\n`,
    ['a;main;leaf 5'],
  ],
  [
    'records of perf between the samples (--show-mmap-events and others)',
    ':-1 -1 0.000000: PERF_RECORD_MMAP -1/0: [0xffffffff81000000(0xe00d17) @ 0xffffffff81000000]: x ' +
      '[kernel.kallsyms]_text\na 9 1.000000: PERF_RECORD_COMM exec: a b:9/9\n' +
      'a 9 [000] 1.000000: PERF_RECORD_FORK(9:10):(1:1)\n' +
      'a 9 [000] 1.000000: PERF_RECORD_NAMESPACES 9/9 - nr_namespaces: 7\n' +
      '\t\t[0/net: 4/0xf0000098, 1/uts: 4/0xeffffffe, 2/ipc: 4/0xefffffff, 3/pid: 4/0xeffffffc, \n' +
      '\t\t 4/user: 4/0xeffffffd, 5/mnt: 4/0xf0000000, 6/cgroup: 4/0xeffffffb]\n' +
      `${A}a 9 [000] 1.000002: PERF_RECORD_SWITCH OUT preempt\n` +
      'a 9/9 1.000002: PERF_RECORD_MMAP2 9/9: [0x400000(0x1000) @ 0 08:02 33 0]: r-xp /bin/a (x):\n' +
      'a 9 1.0: PERF_RECORD_CGROUP cgroup: 1 /\n' +
      `${A}a 9 [000] 1.000003: PERF_RECORD_EXIT(9:9):(1:1)\n` +
      'a 9 1.000003: PERF_RECORD_KSYMBOL addr ffffffffc0 len 75 type 1 flags 0x0 name bpf_prog_6\n',
    ['a;main;leaf 10'],
  ],
  [
    'tracepoints with text, of several lines',
    `a 9 [000] 1.000001: sched:sched_switch: prev_comm=a b prev_pid=9 1.5: ==> next_comm=x\n${STACK}\n` +
      `a 9 [000] 1.000002: sched:sched_switch: printk [   12.345678] two\nlines: of text\n\n${STACK}\n`,
    ['a;main;leaf 2'],
  ],
  [
    'BPF output in hexadecimal',
    `a 9 [000] 1.000001:          5 bpf-output: \n${STACK}      BPF output: 0000: de ad be ef 00 00 00 00  ....\n` +
      '                  0008: fe ed                    ..\n\n',
    ['a;main;leaf 5'],
  ],
  [
    'addresses of arm64 and of x86 with 32 bits',
    `${head('a', 9, '1.000001')}\tffff800080456c44 handle_userfault+0x47c ([kernel.kallsyms])\n` +
      '\t        aaaac1d2 main+0x4 (/bin/a)\n\n' +
      `${head('b', 9, '1.000001')}\t        c1012345 sys_read+0x1 ([kernel.kallsyms])\n` +
      '\t         8048a10 main+0x1 (/bin/b)\n\n',
    ['a;main;handle_userfault 5', 'b;main;sys_read 5'],
  ],
  [
    'the kernel of a guest',
    `${head(':4711', 4711, '1.000001')}\tffffffff810a1b2c pv_native_safe_halt+0xc ([guest.kernel.kallsyms.4711])\n` +
      '\tffffffff810a1b30 [unknown] ([guest.kernel.kallsyms])\n\n',
    [':4711;[[guest.kernel.kallsyms]];pv_native_safe_halt 5'],
  ],
  [
    'a process that perf does not know',
    `${head(':-1', -1, '1.000001')}${STACK}\n${head('', '-1/-1', '1.000002')}${STACK}\n` +
      `:-1 -1 [000] 1.000003: 5 cycles: \n${STACK}\n`,
    [':-1;main;leaf 10', 'main;leaf 5'],
  ],
  [
    'names of Python 3.12, Ruby, PHP, Java, .NET, Go and wasm',
    `${head('a', 9, '1.000001')}\t 1f py::<genexpr>:/srv/a b.py+0xb (/tmp/perf-9.map)\n` +
      '\t 1f rb_vm_exec (/usr/lib/libruby.so.3.2)\n\t 1f zif_array_map (/usr/bin/php8.2)\n' +
      '\t 1f void [System.Private.CoreLib] System.Threading.Thread::StartCallback()[OptimizedTier1] ' +
      '(/tmp/perf-9.map)\n\t 1f java.util.HashMap.put(java.lang.Object, java.lang.Object) (/tmp/perf-9.map)\n' +
      '\t 1f main.Map[go.shape.int,go.shape.string].func1 (/bin/go)\n' +
      '\t 1f net/http.(*conn).serve (/bin/go)\n\t 1f JS:*wasm-function[12]-turbofan (/tmp/perf-9.map)\n\n',
    [
      'a;JS:*wasm-function[12]-turbofan;net/http.(*conn).serve;main.Map[go.shape.int,go.shape.string].func1;' +
        'java.util.HashMap.put;' +
        'void [System.Private.CoreLib] System.Threading.Thread::StartCallback;' +
        'zif_array_map;rb_vm_exec;py::<genexpr>:/srv/a b.py 5',
    ],
  ],
  [
    'inlined frames',
    `${head('a', 9, '1.000001')}\t          4005b1 inner (inlined)\n` +
      `\t          4005b1 ns::outer<int>(int) (inlined)\n${MAIN}\n`,
    ['a;main;ns::outer<int>;inner 5'],
  ],
  [
    'process names that imitate a header, that are digits, or nothing',
    `${head('1 2 [003] 4.5: 1 c:', 9, '1.000001')}${STACK}\n${head('77', 9, '1.000001')}${STACK}\n` +
      `${head('x 123/456 [001] 12.3: 1 cycles:', 9, '1.000001')}${STACK}\n${head('', 9, '1.000002')}${STACK}\n`,
    ['1_2_[003]_4.5:_1_c:;main;leaf 5', '77;main;leaf 5', 'main;leaf 5', 'x_123/456_[001]_12.3:_1_cycles:;main;leaf 5'],
  ],
  [
    'times in nanoseconds, of the first second, and differences of times',
    `a 9     0.000000123:          5 cycles: \n${STACK}\na 9     0.000000:          5 cycles: \n${STACK}\n` +
      `a 9 123456789.000001:          5 cycles: \n${STACK}\n`,
    ['a;main;leaf 15'],
  ],
  [
    'periods beyond 2³¹ and 2⁵³',
    `a 9 1.000001: 4294967296 cycles: \n${STACK}\nb 9 1.000001: 9007199254740992 cycles: \n${STACK}\n` +
      `c 9 1.000001: 18446744073709551615 cycles: \n${STACK}\n`,
    ['a;main;leaf 4294967296', 'b;main;leaf 9007199254740992', 'c;main;leaf 18446744073709551616'],
  ],
  [
    'events with modifiers, of a hybrid CPU, raw ones and ones with terms',
    ['cycles:P', 'cycles:ppp', 'cpu_core/cycles/', 'cpu_atom/cycles/P', 'cycles:uhHG', 'cpu/cycles,freq=99/u']
      .map((event, i) => `a 9 1.00000${i}:          5 ${event}: \n${STACK}\n`)
      .join(''),
    ['a;main;leaf 30'],
  ],
  [
    'raw events, whose name has a blank',
    `a 9 1.000001:          5 raw 0x1a8: \n${STACK}\na 9 1.000001:          5      raw 0x1a8: \n${STACK}\n`,
    ['a;main;leaf 10'],
  ],
  [
    'several texts one after the other, each with its header, without a blank line between',
    '# ========\n# captured on    : Mon\n# event : name = cycles, , id = { 1, 2 }, size = 136\n' +
      `# cmdline : perf record x 1 2.5: 5 cycles:\n# ========\n#\n${A.trimEnd()}\n# ========\n# hostname : b\n` +
      `# cmdline : perf record x 1 2.5: 5 cycles:\n# ========\n#\n${A}`,
    ['a;main;leaf 10'],
  ],
  [
    'warnings of perf among the samples',
    'Warning:\nProcessed 4711 events and lost 2 chunks!\n\nCheck IO/CPU overload!\n\n' +
      `${A}[ perf record: Woken up 1 times to write data ]\n` +
      `Failed to open /tmp/perf-9.map, continuing without symbols\n${A}`,
    ['a;main;leaf 10'],
  ],
  [
    'no thread in the header (-F comm,time,event)',
    `a b 1.000001: cycles: \n${STACK}\na b [001] 1.000002: cycles: \n${STACK}\n`,
    ['a_b;main;leaf 2'],
  ],
  [
    'no process at all in the header (-F time,event)',
    `1.000001: cycles: \n${STACK}\n     2.000001:          5 cycles: \n${STACK}\n`,
    ['main;leaf 6'],
  ],
  ['a pid and a thread at the margin (-F pid,tid,time)', `9/10 1.000001: \n${STACK}\n`, ['main;leaf 1']],
  [
    'nothing but the event in the header (-F event)',
    `     page-faults: \n${STACK}\ncpu-clock: \n${STACK}\n`,
    ['main;leaf 1'],
  ],
  [
    'nothing but a name, frames without file (-F comm,tid,ip,sym)',
    `a 9 \n\t          4005b1 leaf\n\t          4005c1 main\n\na 9 \n\t          4005c1 main\n\n`,
    ['a;main 1', 'a;main;leaf 1'],
  ],
  [
    'events without call chain, without time',
    'dd 9 cpu-clock:      7f68ad6e42ad read (/lib/libc.so.6)\n' +
      'dd 9 [000]          5 cpu-clock:  ffffffff81d35f00 zero ([kernel.kallsyms])\n',
    ['dd;read 1', 'dd;zero 5'],
  ],
  [
    'events without call chain, without thread',
    'dd 1.000001: cpu-clock:      7f68ad6e42ad read (/lib/libc.so.6)\n' +
      'dd 1.000002: cpu-clock:      7f68ad6e42ad read (/lib/libc.so.6)\n',
    ['dd;read 2'],
  ],
  [
    'offsets in files (-F +dsoff)',
    `${head('a', 9, '1.000001')}\t  a0a0a0 [unknown] (/lib/libc.so.6+0x8a3b1)\n\t  4005c1 main+0x1 (/bin/a+0x5c1)\n\n` +
      `${head('a', 9, '1.000002')}\t  a0a0c0 [unknown] (/lib/libc.so.6+0x8a3c7)\n\t  4005c1 main+0x9 (/bin/a+0x9)\n\n`,
    ['a;main;[libc.so.6] 10'],
  ],
  [
    'the time of day (-F +tod)',
    `a 9 [000] 2024-05-01 10:11:12.123456   1.000001:          5 cycles: \n${STACK}\n` +
      `a 9/9 2024-05-01 10:11:12.133456   1.010001:          5 cycles: \n${STACK}\n`,
    ['a;main;leaf 10'],
  ],
  [
    'addresses of data before the frame of the line (-F +addr)',
    `${FAULT}           4005b1 leaf+0x1 (/bin/a)\n${FAULT} heap+0x10 ([heap])           4005b1 leaf+0x1 (/bin/a)\n` +
      `a 9 1.000001:          1   page-faults: ffff888812345678 ffffffff81752b6a leaf+0x1 (/bin/a)\n`,
    ['a;leaf 3'],
  ],
  [
    'what the data was before the frame of the line (-F +addr,+data_src)',
    'a 9 1.000001:         50   cpu/mem-loads,ldlat=30/P:     7fca99943ac0        10668100842 |OP LOAD|' +
      'LVL L1 or L1 hit|SNP None|BLK  N/A          40           4005b1 leaf+0x1 (/bin/a)\n',
    ['a;leaf 50'],
  ],
  [
    'addresses of data and their symbols before a stack (-F +addr)',
    `${FAULT} heap+0x10 ([heap])\n${STACK}\n${FAULT} \n${STACK}\n` +
      `${FAULT} lone+0x1 (/bin/a)\n\n${FAULT} lone+0x1 (/bin/a)\n`,
    ['a;lone 2', 'a;main;leaf 2'],
  ],
  [
    'process names of hexadecimal digits, padded',
    '              dd    9 1.000001:          5 cycles:      7f68ad6e42ad read+0xd (/lib/libc.so.6)\n' +
      '            cafe    9 1.000001:          5 cycles:      7f68ad6e42ad read+0xd (/lib/libc.so.6)\n' +
      '              ab    9 1.000001:          5 cycles: \n\n',
    ['ab 5', 'cafe;read 5', 'dd;read 5'],
  ],
];
for (const [why, text, stacks] of SHAPES) {
  test(`read: ${why}`, () => {
    assert.ok(isPerfScript(text), 'it is recognised');
    assert.deepEqual(folded(text), stacks);
    assert.deepEqual(folded(text.replaceAll('\n', '\r\n')), stacks, 'with CR LF');
    const { recorded, drawn, filtered } = parse(text, { dropIdle: false }).ledger;
    const { malformed = 0, truncated = 0, ...others } = filtered;
    assert.deepEqual([malformed, truncated], [0, 0]);
    assert.equal(recorded, drawn + Object.values(others).reduce((sum, n) => sum + n, 0));
  });
}

test('sums beyond 10²¹ are printed in digits, which other tools read', () => {
  const text = `a 9 1.000001: 18446744073709551615 cycles: \n${STACK}\n`.repeat(100);
  assert.deepEqual(folded(text), ['a;main;leaf 1844674407370955161600']);
});

test('a time without its point is not taken for a thread: the sample is counted as malformed', () => {
  const { recorded, drawn, filtered } = parse(`${A}a 9 6374: 5 cycles: \n${STACK}\n`).ledger;
  assert.deepEqual([recorded, drawn, filtered], [2, 1, { malformed: 1 }]);
});

test('cycles of any kind of core are CPU time, however many context switches are beside them', () => {
  for (const event of [
    'cpu_core/cycles/P',
    'cpu_core/cycles:Pu/',
    'cpu_atom/cycles/Pu',
    'cpu_lowpower/cycles/P',
    'armv8_cortex_a76/cpu_cycles/',
    'armv8_pmuv3_0/cycles/P',
    'apple_firestorm_pmu/cycles/',
    'cpu_cycles:u',
  ]) {
    const other = `a 9 1.000001:          1 context-switches: \n${STACK}\n`.repeat(3);
    const { ledger, facts } = parse(`${other}a 9 1.000002:     123456 ${event}: \n${STACK}\n`);
    assert.deepEqual([ledger.drawn, ledger.filtered], [1, { 'other event context-switches': 3 }], event);
    assert.equal(facts.event, event);
  }
  const { ledger } = parse(
    `a 9 1.1:          5 uncore_imc/clockticks/: \n${STACK}\na 9 1.2:          5 cpu-clock: \n${STACK}\n`,
  );
  assert.deepEqual(ledger.filtered, { 'other event uncore_imc/clockticks/': 1 });
});

test('a trace of branches is not perf text, samples of branches are', () => {
  const branch = (symbol: string) =>
    `9/9 1.068172167:      1   branches:uH:   jcc       411077 ${symbol}+0xc7 (a.so) =>   411064 f+0xb4 (a.so)\n`;
  assert.ok(!isPerfScript(branch('f') + branch('g')));
  assert.ok(isPerfScript(`a 9 1.000001:          1 branches:u: \n${STACK}\n`));
});

test('traces of other tools are not perf text', () => {
  for (const text of [
    '          <idle>-0     [001] d... 17284.993652: sched_switch: prev_comm=x\n' +
      '            bash-1977  [000] .... 17284.993652: sys_close(fd: 3)\n',
    '12:00:01.123456 read(3, "", 4096) = 0\n',
    '1700000000.123456: cache miss: 12\n',
    '    +                   ! :       5 std::sys::unix::fs:     2 run  (in rg) + 4814  [0x10393364e]\n',
    '                        ! 2 ignore::dir:\n            1 ignore::run  (in rg) + 1727  [0x103932a3f]\n',
    '                        ! : 104 rg::run::\n30ecedc997ad7e32  (in rg) + 295  [0x1037825d7]\n',
    '0x1a8@perf.data [0x90]: event: 69\n.\n. ... raw event: size 144 bytes\n',
  ]) {
    assert.equal(isPerfScript(text), false, text);
  }
});
