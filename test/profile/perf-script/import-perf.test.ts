import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPerfScript } from '../../../service/profile/perf-script/import-perf.ts';
import { fold, folded, parse } from '../../support/perf-text.ts';

const frame = (symbol: string, dso = '/bin/a') => `\t          4005b1 ${symbol}+0x1 (${dso})\n`;
const sample = (header: string, ...frames: string[]) =>
  `${header}\n${frames.map((symbol) => frame(symbol)).join('')}\n`;

test('a sample becomes a stack, root first, weighted by its period', () => {
  assert.deepEqual(folded(sample('a  9839  6374.322138:    5025125 cpu-clock:ppp: ', 'leaf', 'main')), [
    'a;main;leaf 5025125',
  ]);
});

const HEADERS: readonly (readonly [why: string, header: string, root: string, weight: number])[] = [
  ['with blanks and brackets', 'my app: w (1)  9864  6377.609512:    5 cpu-clock:ppp: ', 'my_app:_w_(1)', 5],
  ['that ends in digits', 'srv 8080  9889  6379.866931:    5 cpu-clock:ppp: ', 'srv_8080', 5],
  ['that begins with blanks', '  lead  9901  6382.112247:    5 cpu-clock:ppp: ', '__lead', 5],
  ['of one letter', 'a  9839  6374.322138:    5 cpu-clock:ppp: ', 'a', 5],
  ['that looks like a comment', '# hash  9951  6387.538394:    5 cpu-clock:ppp: ', '#_hash', 5],
  ['with a semicolon', 'a;b|<c>&"d  9926  6384.317018:    5 cpu-clock:ppp: ', 'a:b|<c>&"d', 5],
  ['in UTF-8', 'срв-é  9963  6389.751130:    5 cpu-clock:ppp: ', 'срв-é', 5],
  ['with a line feed', 't\ttab\nnl  9988  6391.982368:    5 cpu-clock:ppp: ', 't_tab_nl', 5],
  ['that imitates a header', 'x 1 2.3: 1 c:  77  6391.982368:    5 cpu-clock:ppp: ', 'x_1_2.3:_1_c:', 5],
  ['of a virtual CPU', 'CPU 0/KVM 27409/28744 [000] 441995.133575:    5 cycles: ', 'CPU_0/KVM', 5],
  ['with pid and tid', 'iperf 27409/28744 [000] 441995.133575: cpu-clock: ', 'iperf', 1],
  ['with tabs, as simpleperf prints', 'app\t123/456 [002] 441995.133575:\t7 cpu-cycles: ', 'app', 7],
  ['padded to 16', '           false 39654 19115.489713:          3 cycles:u: ', 'false', 3],
  ['with nanoseconds', 'a  9839  6374.322138123:    5 cycles:P: ', 'a', 5],
  ['without time', 'java 19983 cycles:', 'java', 1],
  ['without time, with CPU and period', 'java 12688 [002] 235 cpu-clock: ', 'java', 235],
  [
    'with the text of a tracepoint',
    'a  9839 [001]  6374.322138:  5 kmem:kmalloc: call_site=ffff ptr=0x1 pid=1 2.5: x',
    'a',
    5,
  ],
  ['of a hybrid CPU', 'a  9839  6374.322138:    5 cpu_core/cycles/P: ', 'a', 5],
];
for (const [why, header, root, weight] of HEADERS) {
  test(`the name of a process ${why} is kept`, () => {
    assert.deepEqual(folded(sample(header, 'leaf', 'main')), [`${root};main;leaf ${weight}`]);
  });
}

test('a line that stands apart is not the beginning of a name', () => {
  const text = sample('a  9839  6374.322138:    5 cycles: ', 'main');
  assert.deepEqual(folded(`Killed\n\n${text}Killed\r\n\r\n${text}`), ['a;main 10']);
});

test('a process without a name keeps its samples', () => {
  const profile = parse(sample('  10023  6395.470764:    5 cpu-clock:ppp: ', 'main'));
  assert.equal(profile.ledger.drawn, 1);
});

const FRAMES: readonly (readonly [line: string, name: string])[] = [
  ['\t 1f [unknown] (/usr/lib/libfoo.so.1)', '[libfoo.so.1]'],
  ['\t 1f [unknown] ([unknown])', '[unknown]'],
  ['\t 1f [unknown] (/tmp/wl/delperl (deleted))', '[delperl]'],
  ['\t 1f f+0x2 (/memfd:jit (deleted))', 'f'],
  ['\t 1f f+0x2 (/opt/a (b)/c)', 'f'],
  ['\t 1f f+0x2 ([JIT app cache])', 'f'],
  ['\t 1f f+0x2 ([kernel.kallsyms].init.text)', 'f'],
  ['\t 1f  (/lib/libc-2.15.so)', '[libc-2.15.so]'],
  ['\t 1f JS::Call(JSContext*, bool)+0x2 (/usr/lib/libxul.so)', 'JS::Call'],
  ['\t 1f f+0x2', 'f'],
  ['\tffff800080456c44 handle_userfault+0x47c', 'handle_userfault'],
  ['\t 1f (anonymous namespace)::g (inlined)', '(anonymous namespace)::g'],
  ['\t 1f ns::f(int, char**)+0x3 (/bin/a)', 'ns::f'],
  ['\t 1f net/http.(*Client).Do+0x3 (/bin/a)', 'net/http.(*Client).Do'],
  [
    '\t 1f std::_Function_handler<double (double, double)>::_M_invoke (/bin/a)',
    'std::_Function_handler<double (double, double)>::_M_invoke',
  ],
  ['\t 1f main::{lambda(int)#1}::operator()(int) const (/bin/a)', 'main::{lambda(int)#1}::operator()'],
  ['\t 1f std::ops::Fn<(), [u8; 8]>::call (/bin/a)', 'std::ops::Fn<(), [u8: 8]>::call'],
  ['\t 1f JS:* /srv/app.js:5:63+0x3 (/tmp/perf-7.map)', 'JS:* /srv/app.js:5:63'],
  ['\t 1f JS:*f /srv/my app (1)/x.js:5:63+0x3 (/tmp/perf-7.map)', 'JS:*f /srv/my app (1)/x.js:5:63'],
  ['\t 1f RegExp:(\\w+)\\.(\\w+)\\( (/tmp/perf-7.map)', 'RegExp:(\\w+)\\.(\\w+)\\('],
];
for (const [line, name] of FRAMES) {
  test(`the frame ${JSON.stringify(line.trim())} is ${JSON.stringify(name)}`, () => {
    assert.deepEqual(folded(`a  9839  6374.322138:  5 cycles: \n${line}\n\n`), [`a;${name} 5`]);
  });
}

test('two regular expressions that begin alike stay two', () => {
  const line = (source: string) => `\t 1f RegExp:${source} (/tmp/perf-7.map)\n`;
  const text = `a 1 1.000001: 1 cycles: \n${line('a(b)')}\na 1 1.000002: 1 cycles: \n${line('a(c)')}\n`;
  assert.deepEqual(folded(text), ['a;RegExp:a(b) 1', 'a;RegExp:a(c) 1']);
});

test('inlined Java methods are frames of their own, other arrows are text', () => {
  const text = (symbol: string) => `a 1 1.000001: 1 cycles: \n\t 1f ${symbol} (/tmp/perf-7.map)\n\n`;
  assert.deepEqual(folded(text('Lorg/A;::x->Lorg/B;::y')), ['a;Lorg/A:::x;Lorg/B:::y_[i] 1']);
  assert.deepEqual(folded(text('std::unique_ptr<T>::operator->')), ['a;std::unique_ptr<T>::operator-> 1']);
  assert.deepEqual(folded(text('RegExp:a->b')), ['a;RegExp:a->b 1']);
});

test('of an inlined method the arguments go and the mark stays', () => {
  const text = 'java 1 1.000001: 1 cycles: \n\t 1f Lorg/A;::x(I)V->Lorg/B;::y(I)V (/tmp/perf-7.map)\n\n';
  assert.deepEqual(folded(text), ['java;org/A:::x;org/B:::y_[i] 1']);
});

test('where perf printed names only, the line before the frames is the header', () => {
  const text = (name: string) => `${name} \n${frame('x')}${frame('main')}\n`;
  assert.deepEqual(folded(text('my app') + text('b')), ['b;main;x 1', 'my_app;main;x 1']);
  assert.deepEqual(folded(text('           app 12/14 [001]')), ['app;main;x 1']);
  const { processes, threads } = parse(text('app 12/14') + text('app 12/15') + text('b'));
  assert.deepEqual(
    [processes.map(({ pid }) => pid), threads.map(({ tid }) => tid)],
    [
      [12, null],
      [14, 15, null],
    ],
  );
  assert.ok(isPerfScript(text('app')));
  // Elsewhere such a line is a damaged header.
  assert.deepEqual(parse(sample('a  9  1.000001: 5 cycles: ', 'x') + text('b')).ledger.filtered, { malformed: 1 });
});

test('unindented frames are frames', () => {
  assert.deepEqual(
    folded(
      'java 19983 cycles:\nffffffff8103d0ca leaf ([kernel.kallsyms])\nffffffff810275f1 root ([kernel.kallsyms])\n\n',
    ),
    ['java;root;leaf 1'],
  );
});

test('a sample without a stack is drawn at its process', () => {
  assert.deepEqual(folded('a  9  1.000001: 5 cycles: \n\na  9  1.000002: 5 cycles: \n\n'), ['a 10']);
});

test('a blank line between header and frames does not part them', () => {
  assert.deepEqual(folded(`a  9  1.000001: 5 cycles: \n\n${frame('main')}\n`), ['a;main 5']);
});

test('samples need no blank line between them', () => {
  const text = `a  9  1.000001: 5 cycles: \n${frame('x')}b  9  1.000002: 7 cycles: \n${frame('y')}`;
  assert.deepEqual(folded(text), ['a;x 5', 'b;y 7']);
});

test('a stack that a header ends says nothing about where the next one ends', () => {
  const header = 'a  9  1.000001: 5 cycles: \n';
  const short = ['x', 'y', 'z'].map((symbol) => frame(`${symbol}${symbol.repeat(40)}`)).join('');
  const text = `${header}${short}${header}${short}${frame('main')}\n${header}${short}${frame('main')}\n`;
  assert.deepEqual(parse(text).ledger.filtered, {});
  assert.deepEqual(
    folded(text).map((line) => line.split(';').length),
    [5, 4],
  );
});

test('a frame in the header line is the stack of events without call chains', () => {
  const line = (n: number) =>
    `               n 10056 6400.06${n}583:    5 cpu-clock:ppp:      7fd0bd2af12b _int_free+0xb (/usr/lib/libc.so.6)\n`;
  assert.deepEqual(folded(line(1) + line(2)), ['n;_int_free 10']);
});

test('lines end in CR LF as well', () => {
  assert.deepEqual(folded(sample('a  9  1.000001: 5 cycles: ', 'x', 'main').replaceAll('\n', '\r\n')), ['a;main;x 5']);
});

test('lines that are not frames are passed over within a stack', () => {
  const text = `a  9  1.000001: 5 cycles: \n${frame('x')}  file.cpp:137\n${frame('main')}  libc-2.33.so[27b25]\n\n`;
  assert.deepEqual(folded(text), ['a;main;x 5']);
});

test('bytes that are not UTF-8 become replacement characters', () => {
  const text = Buffer.concat([Buffer.from('a\xff  9  1.000001: 5 cycles: \n\t 1f f\xfe (/bin/a)\n\n', 'latin1')]);
  assert.deepEqual(folded(text), ['a\ufffd;f\ufffd 5']);
});

test('the last sample counts without blank line and without line feed', () => {
  const text = sample('a  9  1.000001: 5 cycles: ', 'x', 'main');
  assert.deepEqual(folded(text.slice(0, -1)), ['a;main;x 5']);
  assert.deepEqual(folded(text.slice(0, -2)), ['a;main;x 5']);
});

test('a sample that is cut off within a line is counted as truncated', () => {
  const whole = sample('a  9  1.000001: 5 cycles: ', 'x', 'main');
  const { ledger } = parse(whole + whole.slice(0, -12));
  assert.deepEqual([ledger.recorded, ledger.drawn, ledger.filtered], [2, 1, { truncated: 1 }]);
});

test('frames without a header are counted as one malformed sample', () => {
  const { ledger } = parse(`${frame('x')}${frame('y')}\n${sample('a  9  1.000001: 5 cycles: ', 'x')}`);
  assert.deepEqual([ledger.recorded, ledger.drawn, ledger.filtered], [2, 1, { malformed: 1 }]);
});

test('of several events the one about CPU time is drawn, and the others are counted', () => {
  const text =
    sample('a  9  1.000001: 1 page-faults: ', 'x') +
    sample('a  9  1.000002: 5 cycles:uhH: ', 'y') +
    sample('a  9  1.000003: 6 cycles: ', 'y');
  const { ledger, facts } = parse(text);
  assert.deepEqual(ledger.filtered, { 'other event page-faults': 1 });
  assert.equal(facts.event, 'cycles:uhH');
  assert.deepEqual(folded(text), ['a;y 11']);
  assert.deepEqual(folded(text, { event: 'page-faults' }), ['a;x 1']);
  assert.throws(() => parse(text, { event: 'cpu-clock' }), { code: 'NO_SUCH_EVENT' });
});

test('samples of the idle CPU are counted as idle, its work for others is drawn', () => {
  const text =
    sample('swapper     0 [000]  1.000001: 5 cycles: ', 'native_safe_halt', 'default_idle') +
    sample('swapper     0 [000]  1.000002: 5 cycles: ', 'do_IRQ', 'default_idle');
  const { ledger } = parse(text);
  assert.deepEqual([ledger.drawn, ledger.filtered], [1, { idle: 1 }]);
});

test('samples that the kernel lost are not part of the recorded ones', () => {
  const { ledger } = parse(`${sample('a  9  1.000001: 5 cycles: ', 'x')}a  9  1.000002: PERF_RECORD_LOST lost 12\n`);
  assert.deepEqual([ledger.recorded, ledger.lost], [1, 12]);
});

test('the comment block says host, CPUs and rate', () => {
  const head =
    '# ========\n# captured on    : Mon Nov 23 05:13:55 2026\n# hostname : web-1\n# nrcpus online : 8\n' +
    '# sample duration :   2500.0 ms\n# cmdline : /usr/bin/perf record -F 99 -g -a 1 2.5: x\n# ========\n#\n';
  const { facts, ledger } = parse(head + sample('a  9  1.000001: 5 cycles: ', 'x'));
  assert.deepEqual([facts.host, facts.cpus, facts.seconds, facts.hz, ledger.recorded], ['web-1', 8, 2.5, 99, 1]);
});

test('times count from the first sample in milliseconds, in whatever order the CPUs print', () => {
  const text = ['7.500000', '7.100000', '8.250999'].map((time) => sample(`a  9  ${time}: 5 cycles: `, 'x')).join('');
  const { samples, facts } = parse(text);
  assert.deepEqual([...samples.atMs], [400, 0, 1150]);
  assert.equal(facts.seconds, 1.15);
});

test('threads of one pid are one process, and the map of a frame tells the pid', () => {
  const js = '\t 1f JS:*f /srv/x.js:1:2 (/tmp/perf-40.map)\n';
  const text =
    'node 40/40 1.000001: 5 cycles: \n\t 1f x (/bin/a)\n\nV8Worker 40/41 1.000002: 5 cycles: \n' +
    `\t 1f x (/bin/a)\n\nnode  42  1.000003: 5 cycles: \n${js}\n`;
  const { processes, threads } = parse(text);
  assert.deepEqual(
    processes.map((process) => [process.pid, process.name]),
    [[40, 'node']],
  );
  assert.deepEqual(
    threads.map((thread) => [thread.tid, thread.name]),
    [
      [40, 'node'],
      [41, 'V8Worker'],
      [42, 'node'],
    ],
  );
});

test('weights of clock events are nanoseconds and give the rate', () => {
  const profile = parse(sample('a  9  1.000001: 5025125 cpu-clock:ppp: ', 'x'));
  assert.deepEqual([profile.weightUnit, profile.facts.hz], ['nanoseconds', 199]);
});

test('events and names that change from sample to sample are told apart, wherever in the memory a header is', () => {
  const samples = Array.from({ length: 12 }, (_, i) =>
    sample(`${i % 4 < 2 ? 'old' : 'new'}  9  1.00000${i % 10}: 5 cycle${i % 3 === 0 ? 's' : 'z'}: `, `f${i % 2}`),
  );
  const piece = (samples[0] as string).length;
  assert.ok(samples.every((text) => text.length === piece));
  const text = samples.join('');
  for (const event of ['cycles', 'cyclez']) {
    const whole = fold(parse(text, { event }));
    assert.equal(fold(parse(text, { event }, piece)), whole);
    const expected = samples.filter((each) => each.includes(`${event}: `)).length;
    assert.equal(parse(text, { event }, piece).ledger.drawn, expected);
  }
  assert.deepEqual(
    parse(text, {}, piece).threads.map(({ name }) => name),
    ['old', 'new'],
  );
});

test('a line that stands before one header is not part of the name in the next', () => {
  const one = sample('a  9  1.000001: 5 cycles: ', 'x');
  assert.deepEqual(folded(`${one}b\n${one}${one}${one}`), ['a;x 15', 'b_a;x 5']);
});

test('a line of a megabyte is skipped', () => {
  const long = `a${'x'.repeat(3 << 20)}\n`;
  assert.deepEqual(folded(long + sample('a  9  1.000001: 5 cycles: ', 'x') + long), ['a;x 5']);
});

test('a different name for each sample costs little more than one for all', () => {
  const lines = Array.from({ length: 30_000 }, (_, i) => `p${i}  ${i}  1.000001: 5 cycles: \n${frame('x')}\n`);
  const start = performance.now();
  assert.equal(folded(lines.join('')).length, 30_000);
  // A quarter of a second; a pass over all samples for each name would take a minute.
  assert.ok(performance.now() - start < 5000);
});

test('perf text is recognised by its content', () => {
  assert.ok(isPerfScript('# ========\n# captured on    : x\n'));
  assert.ok(isPerfScript(sample('my app: w (1)  9864  6377.609512:    5 cpu-clock:ppp: ', 'x')));
  assert.ok(isPerfScript(sample('java 19983 cycles:', 'x')));
  for (const other of [
    'a;b 3\n',
    '{"nodes":[]}',
    '',
    'hello: 3 worlds:\nhow are you\n',
    'Total\n  1234 files (1 MB)\n',
    '\u0000\u0001',
  ]) {
    assert.equal(isPerfScript(other), false, other);
  }
});
