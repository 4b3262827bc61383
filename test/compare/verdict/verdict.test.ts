import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CompareOptions, compare } from '../../../service/compare/compare.ts';
import type { Differential } from '../../../service/compare/differential.ts';
import type { ProfileFacts } from '../../../service/profile/profile.ts';
import { profileFromText } from '../../support/profile-from-text.ts';
import { seededRandom, simulate } from '../../support/simulated-service.ts';

const HANDLE = 'emit@node:events:489;handle@/srv/app.js:10';
const PARTS = ['search', 'price', 'recommend', 'render'];

/** A service of four parts of which each has `count` samples, and some work around them. */
function service(count: number, around: number): string {
  const parts = PARTS.map((name, i) => `0..10 ${HANDLE};${name}@/srv/app.js:${40 + i * 20} ${count}`);
  return [...parts, `0..10 uv_run;uv__io_poll;read[kernel] ${around}`].join('\n');
}

const HEALTHY = service(50, 60);

interface Sides {
  readonly healthy?: string;
  readonly hot?: string;
  readonly healthyFacts?: Partial<ProfileFacts>;
  readonly hotFacts?: Partial<ProfileFacts>;
  readonly options?: CompareOptions;
}

function judge(sides: Sides): Differential {
  const healthy = profileFromText(sides.healthy ?? HEALTHY, { facts: sides.healthyFacts ?? {} });
  const hot = profileFromText(sides.hot ?? HEALTHY, { facts: sides.hotFacts ?? {} });
  return compare(healthy, hot, sides.options);
}

const QUIET = { user: 3, system: 1, iowait: 0, steal: 0, idle: 16 };

test('hot path: one function explains the extra CPU; the headline has its package and cores', () => {
  const slow = `${HEALTHY}\n0..10 ${HANDLE};parseHTML@/srv/node_modules/htmlparser2/lib/Parser.js:212 600`;
  const { verdict } = judge({ hot: slow });
  assert.equal(verdict.class, 'hot path');
  assert.equal(verdict.headline, 'parseHTML (htmlparser2) 0.00 → 0.61 cores');
});

test('traffic skew: everything grew alike, the work around the functions too', () => {
  const { verdict, findings } = judge({ hot: service(150, 180) });
  assert.equal(verdict.class, 'traffic skew');
  assert.match(verdict.headline, /3\.0 times the work/);
  assert.deepEqual(findings, [], 'no function is to blame');
  assert.ok(verdict.evidence.some((text) => text.includes('Without a request count')));
});

test('uniform slowdown: the functions grew alike, the work around them did not', () => {
  const { verdict, findings } = judge({ hot: service(150, 62) });
  assert.equal(verdict.class, 'uniform slowdown');
  assert.deepEqual(findings, []);
});

test("Node's network code under a handler counts as work around the functions, not as theirs", () => {
  const answering = (count: number, network: number): string =>
    `${service(count, 5)}\n0..10 ${HANDLE};end@node:_http_outgoing:900;writeGeneric@node:net:90;uv_write ${network}`;
  const healthy = answering(50, 60);
  assert.equal(judge({ healthy, hot: answering(150, 180) }).verdict.class, 'traffic skew');
  assert.equal(judge({ healthy, hot: answering(150, 66) }).verdict.class, 'uniform slowdown');
});

test('a headline holds what finds the function: its package, or its file and line', () => {
  const headline = (frame: string): string =>
    judge({ hot: `${HEALTHY}\n0..10 ${HANDLE};${frame} 600` }).verdict.headline;
  assert.equal(headline('parseHTML@/srv/lib/parse-html.js:45'), 'parseHTML (parse-html.js:45) 0.00 → 0.61 cores');
  assert.equal(headline('list@/srv/orders/index.js:7'), 'list (orders/index.js:7) 0.00 → 0.61 cores');
  assert.equal(
    headline('@/srv/node_modules/mailparser/lib/mail-parser.js:368'),
    '(anonymous) (mailparser, mail-parser.js:368) 0.00 → 0.61 cores',
  );
});

test('two recordings that differ no more than one varies within itself are not called uniformly slower', () => {
  // Two busy seconds of ten, on another place: more of everything by chance.
  const burst = (from: number, count: number): string =>
    PARTS.map((name, i) => `${from}..${from + 2} ${HANDLE};${name}@/srv/app.js:${40 + i * 20} ${count}`).join('\n');
  assert.equal(judge({ healthy: burst(1, 60), hot: burst(6, 90) }).verdict.class, 'inconclusive');
});

test('request counts decide between the two where they are known', () => {
  const same = { requests: 1000 };
  const slower = judge({ hot: service(150, 180), healthyFacts: same, hotFacts: same }).verdict;
  assert.equal(slower.class, 'uniform slowdown');
  assert.match(slower.evidence.join(' '), /100 per second .* 100 .* CPU per request: 2\.6 ms → 7\.9 ms\./);
  const more = { requests: 3000 };
  assert.equal(judge({ hot: service(150, 62), healthyFacts: same, hotFacts: more }).verdict.class, 'traffic skew');
});

test('garbage collection: collections explain most of it, and who allocates is named', () => {
  const garbage =
    `${HEALTHY}\n0..10 ${HANDLE};remember@/srv/app.js:90 100\n` +
    `0..10 ${HANDLE};remember@/srv/app.js:90;v8::internal::Heap::Scavenge 250`;
  const { verdict, findings } = judge({ hot: garbage });
  assert.equal(verdict.class, 'garbage collection');
  assert.match(verdict.headline, /garbage collection 0\.00 → 0\.25 cores, most for remember/);
  assert.equal(findings[0]?.through, 'garbage collection');
});

test('uniform slowdown: a service that V8 inlined into one handler is told by the kinds of work that it does', () => {
  const kinds = (own: number, others: number): string =>
    [
      `0..10 ${HANDLE} ${own}`,
      ...['StringPrototypeIncludes', 'ArrayPrototypeSort', 'JsonParse'].map(
        (name) => `0..10 ${HANDLE};Builtins_${name} ${others}`,
      ),
      '0..10 uv_run;uv__io_poll;read[kernel] 60',
    ].join('\n');
  assert.equal(judge({ healthy: kinds(90, 30), hot: kinds(270, 90) }).verdict.class, 'uniform slowdown');
  assert.equal(judge({ healthy: kinds(90, 30), hot: kinds(450, 30) }).verdict.class, 'hot path');
});

test('a saturated service cannot grow as a whole: collections are compared with what grew, not with the sum', () => {
  const busy = (parts: string): string => `${HEALTHY}\n${parts}`;
  const { verdict } = judge({
    healthy: busy(`0..10 ${HANDLE};answer@/srv/app.js:60 700`),
    hot: busy(
      `0..10 ${HANDLE};answer@/srv/app.js:60 250\n0..10 ${HANDLE};remember@/srv/app.js:90 380\n` +
        `0..10 ${HANDLE};remember@/srv/app.js:90;v8::internal::Heap::Scavenge 60`,
    ),
  });
  assert.equal(verdict.class, 'hot path');
});

test('a hot path says how much of the extra CPU went to collections, compilers and the kernel', () => {
  const slow =
    `${HEALTHY}\n0..10 ${HANDLE};load@/srv/load.js:3 400\n` +
    `0..10 ${HANDLE};load@/srv/load.js:3;readFileSync@node:fs:442;vfs_read[kernel] 120\n` +
    '0..10 node::PlatformWorkerThread;v8::internal::compiler::PipelineImpl::Run 90';
  const { verdict } = judge({ hot: slow });
  assert.equal(verdict.class, 'hot path');
  assert.match(verdict.evidence[1] ?? '', /^Of the 0\.62 extra cores: V8's compilers 0\.09, the kernel 0\.12\.$/);
});

test('deoptimisation: the same function lost its optimised code', () => {
  const healthy = HEALTHY.replace('price@', '*price@');
  const hot = HEALTHY.replace('price@', '~price@').replace(/(~price.*) 50/, '$1 400');
  const { verdict, findings } = judge({ healthy, hot });
  assert.equal(verdict.class, 'deoptimisation');
  assert.match(verdict.evidence[0] ?? '', /unoptimised in 100 % of its samples, 0 % on the healthy side/);
  assert.equal(findings[0]?.function, 'price');
});

test("deoptimisation: property access in V8's slow paths", () => {
  const { verdict } = judge({
    hot: `${HEALTHY}\n0..10 ${HANDLE};price@/srv/app.js:60;Builtins_LoadIC_Megamorphic 300`,
  });
  assert.equal(verdict.class, 'deoptimisation');
});

test('other process: the profiled service did not grow, something else on the host did', () => {
  const facts = { hostCpu: QUIET, otherProcesses: [] };
  const busy = { hostCpu: { ...QUIET, user: 12 }, otherProcesses: [{ pid: 9, name: 'backup', cpuSeconds: 9.2 }] };
  const { verdict, findings } = judge({ healthyFacts: facts, hotFacts: busy });
  assert.equal(verdict.class, 'other process');
  assert.match(verdict.headline, /backup uses 0\.92 cores/);
  assert.deepEqual(findings, []);
});

test('a neighbour that is just as busy on the peer is not a cause', () => {
  const facts = { otherProcesses: [{ pid: 9, name: 'agent', cpuSeconds: 9 }] };
  assert.equal(judge({ healthyFacts: facts, hotFacts: facts }).verdict.class, 'inconclusive');
});

test('steal: the hypervisor gives the CPU to others', () => {
  const hotFacts = { hostCpu: { ...QUIET, steal: 8 }, cpus: 2 };
  assert.equal(judge({ healthyFacts: { hostCpu: QUIET, cpus: 2 }, hotFacts }).verdict.class, 'steal');
});

test('spike over: CPU in the recording is far below what the alarm saw', () => {
  const facts = { hostCpu: QUIET, cpus: 2 };
  const { verdict } = judge({ healthyFacts: facts, hotFacts: facts, options: { alarm: { cpuPercent: 95 } } });
  assert.equal(verdict.class, 'spike over');
  assert.match(verdict.headline, /20 %/);
  assert.equal(
    judge({ healthyFacts: facts, hotFacts: facts, options: { alarm: { cpuPercent: null } } }).verdict.class,
    'inconclusive',
  );
});

test('inconclusive: nothing changed, with the interval of the whole', () => {
  const { verdict } = judge({});
  assert.equal(verdict.class, 'inconclusive');
  assert.match(verdict.evidence[0] ?? '', /95 %: −0\.\d\d … \+0\.\d\d/);
});

test('hostile names are data: they reach the headline as they are, once', () => {
  const evil = `<img/src=x>\\x1b[2J${'A'.repeat(300)}`;
  const { verdict } = judge({ hot: `${HEALTHY}\n0..10 ${HANDLE};${evil}@/srv/app.js:90 600` });
  assert.equal(verdict.class, 'hot path');
  assert.equal(verdict.headline.split('<img').length, 2);
});

test('a function that is nearly the whole service is told from traffic by the work around requests', () => {
  const of = (work: number, around: number): string =>
    `0..10 ${HANDLE};answer@/srv/app.js:60 ${work}\n0..10 ${HANDLE} ${Math.round(work * 0.35)}\n` +
    `0..10 uv_run;epoll_wait[kernel] ${around}`;
  const kind = (around: number): string => judge({ healthy: of(200, 20), hot: of(500, around) }).verdict.class;
  assert.equal(kind(20), 'uniform slowdown');
  assert.equal(kind(50), 'traffic skew');
});

test('where functions only shrank none is called a hot path: nothing grew, and what shrank is reported', () => {
  const { verdict, findings } = judge({
    healthy: `${HEALTHY}\n0..10 ${HANDLE};cached@/srv/cache.js:9 400`,
    hot: HEALTHY,
  });
  assert.equal(verdict.class, 'inconclusive');
  assert.equal(verdict.headline, 'no function grew; cached (cache.js:9) 0.40 → 0.00 cores');
  assert.match(verdict.evidence[0] ?? '', /^cached \(cache\.js:9\) uses 0\.40 fewer cores\.$/);
  assert.equal(findings[0]?.change, 'vanished');
});

test('garbage collection that no function shows for is still the cause', () => {
  const { verdict, findings } = judge({
    hot: `${HEALTHY}\n0..10 node::PlatformWorkerThread;v8::internal::Heap::Scavenge 400`,
  });
  assert.equal(verdict.class, 'garbage collection');
  assert.equal(verdict.headline, 'garbage collection 0.00 → 0.40 cores');
  assert.deepEqual(findings, []);
});

const IDLE = { hostCpu: QUIET, cpus: 2 };

test('spike over: not while the CPU is half as busy as the alarm saw, nor when a function grew', () => {
  const at = (cpuPercent: number, hot = HEALTHY) =>
    judge({ hot, healthyFacts: IDLE, hotFacts: IDLE, options: { alarm: { cpuPercent } } }).verdict.class;
  assert.equal(at(41), 'spike over');
  assert.equal(at(39), 'inconclusive');
  assert.equal(at(95, `${HEALTHY}\n0..10 ${HANDLE};slow@/srv/slow.js:3 600`), 'hot path');
});

test('spike over: a datapoint above 100 is not a percentage of the CPU', () => {
  const options = { alarm: { cpuPercent: 12_000 } };
  assert.equal(judge({ healthyFacts: IDLE, hotFacts: IDLE, options }).verdict.class, 'inconclusive');
});

test('spike over is said although so few samples were left that nothing can be compared', () => {
  const calm = { hz: 99, seconds: 1, cpus: 2, hostCpu: { user: 0.1, system: 0, iowait: 0, steal: 0, idle: 1.9 } };
  const few = `0..1 ${HANDLE} 9`;
  const options = { alarm: { cpuPercent: 95 } };
  const { verdict, quality } = judge({ healthy: few, hot: few, healthyFacts: calm, hotFacts: calm, options });
  assert.deepEqual([verdict.class, quality.grade], ['spike over', 'withheld']);
});

test('other process: programs that came and went are in no list, but in the CPU of the host', () => {
  const facts = (user: number) => ({ hostCpu: { ...QUIET, user }, cpus: 2 });
  const { verdict } = judge({ healthyFacts: facts(3), hotFacts: facts(12) });
  assert.equal(verdict.class, 'other process');
  assert.match(verdict.headline, /short-lived processes use 0\.90 cores/);
  assert.equal(judge({ healthyFacts: facts(3), hotFacts: facts(5) }).verdict.class, 'inconclusive');
});

test('other process: a fifth of a core that came and went is seen where next to nothing does on the peer', () => {
  const recorded = (user: number, cpuSeconds: number | null) =>
    profileFromText(HEALTHY, {
      facts: { hostCpu: { ...QUIET, user }, cpus: 2 },
      processes: { 1: { cpuSeconds } },
    });
  const at = (healthy: number, hot: number, cpuSeconds: number | null = 2.6) =>
    compare(recorded(healthy, cpuSeconds), recorded(hot, cpuSeconds)).verdict;
  assert.match(at(1.8, 3.8).headline, /short-lived processes use 0\.20 cores/);
  assert.equal(at(1.8, 2.6).class, 'inconclusive', 'less than another process is named for');
  assert.equal(at(3.8, 5.8).class, 'inconclusive', 'the peer has them, too');
  assert.equal(at(1.8, 3.8, null).class, 'inconclusive', 'nobody accounted for the processes');
});

test('other process: a service that grew more is the cause; one that grew nearly as much keeps its findings', () => {
  const beside = (cpuSeconds: number) => {
    const hotFacts = { otherProcesses: [{ pid: 9, name: 'backup', cpuSeconds }] };
    return judge({ hot: `${HEALTHY}\n0..10 ${HANDLE};slow@/srv/slow.js:3 500`, hotFacts });
  };
  assert.equal(beside(3).verdict.class, 'hot path');
  const both = beside(7);
  assert.equal(both.verdict.class, 'other process');
  assert.match(both.verdict.headline, /the service grew too/);
  assert.equal(both.findings[0]?.function, 'slow');
  assert.deepEqual(beside(20).findings, []);
});

test('steal below what the service grew by is not the cause', () => {
  const hotFacts = { hostCpu: { ...QUIET, steal: 4 }, cpus: 2 };
  const hot = `${HEALTHY}\n0..10 ${HANDLE};slow@/srv/slow.js:3 600`;
  assert.equal(judge({ hot, healthyFacts: IDLE, hotFacts }).verdict.class, 'hot path');
});

test('garbage that makes code slow is reported before the slow code', () => {
  const remember = (own: number, slow: number, collected: number): string =>
    [
      HEALTHY,
      `0..10 ${HANDLE};remember@/srv/app.js:90 ${own}`,
      `0..10 ${HANDLE};remember@/srv/app.js:90;Builtins_LoadIC_Megamorphic ${slow}`,
      `0..10 ${HANDLE};remember@/srv/app.js:90;v8::internal::Heap::Scavenge ${collected}`,
    ].join('\n');
  const healthy = remember(20, 0, 0);
  assert.equal(judge({ healthy, hot: remember(20, 200, 250) }).verdict.class, 'garbage collection');
  assert.equal(judge({ healthy, hot: remember(20, 200, 0) }).verdict.class, 'deoptimisation');
});

test('deoptimisation of everything: all that both sides run lost its optimised code', () => {
  const tiers = (mark: string, factor: number): string =>
    PARTS.map((name, i) => `0..10 ${HANDLE};${mark}${name}@/srv/app.js:${40 + i * 20} ${(20 + i * 9) * factor}`).join(
      '\n',
    );
  const { verdict, findings } = judge({ healthy: tiers('*', 1), hot: tiers('~', 5) });
  assert.equal(verdict.class, 'deoptimisation');
  assert.match(verdict.headline, /unoptimised everywhere/);
  assert.match(verdict.evidence.join(' '), /--no-opt/);
  assert.deepEqual(findings, []);
});

test('one function that is somewhat less optimised is not deoptimisation', () => {
  const price = (optimised: number, baseline: number): string =>
    `${HEALTHY}\n0..10 ${HANDLE};*quote@/srv/app.js:90 ${optimised}\n0..10 ${HANDLE};^quote@/srv/app.js:90 ${baseline}`;
  assert.equal(judge({ healthy: price(35, 30), hot: price(200, 260) }).verdict.class, 'hot path');
});

test("code that always ran through V8's generic paths has not fallen into them", () => {
  const generic = (count: number): string =>
    `${HEALTHY}\n0..10 ${HANDLE};price@/srv/app.js:60;Builtins_LoadIC_Megamorphic ${count}`;
  assert.equal(judge({ healthy: generic(100), hot: generic(600) }).verdict.class, 'hot path');
});

test('traffic skew: few functions in bursts, none of which stands out from the same mix', () => {
  const random = seededRandom(5);
  const of = (factor: number) =>
    simulate({
      functions: [0.05, 0.06].map((cores, i) => ({ name: PARTS[i] ?? '', cores: cores * factor, burstSeconds: 0.04 })),
      seconds: 10,
      hz: 99,
      processes: 2,
      random,
    });
  const { verdict, findings } = compare(of(1), of(3));
  assert.equal(verdict.class, 'traffic skew');
  assert.match(verdict.evidence[0] ?? '', /The mix of functions is the same/);
  assert.deepEqual(findings, []);
});

test('without requests and without work around the functions the two are undecidable, and the evidence says so', () => {
  const { verdict } = judge({ healthy: service(50, 1), hot: service(150, 3) });
  assert.equal(verdict.class, 'traffic skew');
  assert.match(verdict.evidence.join(' '), /a slower machine cannot be told apart from more traffic/);
});

test('a service that is all one function has no mix that could stay the same: the function is named', () => {
  const random = seededRandom(1);
  const of = (answer: number, loop: number) =>
    simulate({
      functions: [
        { name: 'answer', cores: answer, burstSeconds: 0.005 },
        { name: 'loop', cores: loop, burstSeconds: 0.003 },
      ],
      seconds: 10,
      hz: 99,
      processes: 1,
      random,
    });
  const { verdict, findings } = compare(of(0.08, 0.004), of(0.26, 0.013));
  assert.equal(verdict.class, 'hot path');
  assert.equal(findings[0]?.function, 'answer');
});

test('one function that grew beside small ones too rare to judge is not growth of everything', () => {
  const of = (dedupe: number, small: readonly number[]): string =>
    [`0..10 ${HANDLE};dedupe@/srv/app.js:60 ${dedupe}`]
      .concat(small.map((count, i) => `0..10 ${HANDLE};part${i}@/srv/app.js:${80 + i} ${count}`))
      .concat('0..10 uv_run;epoll_wait[kernel] 10')
      .join('\n');
  const { verdict, findings } = judge({ healthy: of(83, [10, 8, 10, 9]), hot: of(161, [10, 9, 6, 9]) });
  assert.equal(verdict.class, 'hot path');
  assert.equal(findings[0]?.function, 'dedupe');
});

test('a rest that may have grown by chance does not make a function that doubled one of more traffic', () => {
  const random = seededRandom(1);
  const of = (screen: number, loop: number) =>
    simulate({
      functions: [
        { name: 'screen', cores: screen, burstSeconds: 0.005 },
        { name: 'loop', cores: loop, burstSeconds: 0.003 },
      ],
      seconds: 10,
      hz: 99,
      processes: 1,
      random,
    });
  const { verdict, findings } = compare(of(0.06, 0.02), of(0.13, 0.031));
  assert.equal(verdict.class, 'hot path');
  assert.equal(findings[0]?.function, 'screen');
});

test('deoptimisation: plain inline caches below code that did without; a callback is told by its function', () => {
  const rank = `0..10 ${HANDLE};^rank@/srv/app.js:90`;
  const of = (own: number, cached: number): string =>
    `${HEALTHY}\n${rank} 20\n${rank};Builtins_ArrayMap;*@/srv/app.js:91 ${own}\n` +
    `${rank};Builtins_ArrayMap;*@/srv/app.js:91;Builtins_LoadIC ${cached}`;
  const { verdict, findings } = judge({ healthy: of(15, 0), hot: of(60, 150) });
  assert.equal(findings[0]?.function, 'rank');
  assert.equal(verdict.class, 'deoptimisation');
  assert.match(verdict.evidence[0] ?? '', /mostly Builtins_LoadIC\) explain 0\.15 of the 0\.20 extra cores of rank/);
  assert.equal(judge({ healthy: of(15, 12), hot: of(60, 60) }).verdict.class, 'hot path');
});

test('one function whose growth makes the whole a third larger is not growth of everything', () => {
  const of = (slow: number): string => `${HEALTHY}\n0..10 ${HANDLE};slow@/srv/slow.js:9 ${slow}`;
  const { verdict, findings } = judge({ healthy: of(30), hot: of(120) });
  assert.equal(verdict.class, 'hot path');
  assert.equal(findings[0]?.function, 'slow');
});

test('collectors on their own threads are not work around the functions: they may serve the one that grew', () => {
  const of = (answer: number, collected: number, loop: number): string =>
    `0..10 ${HANDLE};answer@/srv/app.js:60 ${answer}\n` +
    `0..10 start_thread;v8::internal::ConcurrentMarking::RunMajor ${collected}\n` +
    `0..10 uv_run;epoll_wait[kernel] ${loop}`;
  const { verdict, findings } = judge({ healthy: of(60, 5, 60), hot: of(200, 80, 62) });
  assert.equal(verdict.class, 'hot path');
  assert.equal(findings[0]?.function, 'answer');
});
