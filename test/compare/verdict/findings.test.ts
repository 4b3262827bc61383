import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../../service/compare/compare.ts';
import type { Finding } from '../../../service/compare/differential.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

const LOOP = 'processTicksAndRejections@node:internal/process/task_queues:72;emit@node:events:489';
const HANDLE = `${LOOP};handle@/srv/app.js:10`;
/** What the service always does. */
const USUAL = `
0..10 ${HANDLE};render@/srv/app.js:40 60
0..10 ${HANDLE};query@/srv/db.js:7;Builtins_JsonParse 60
0..10 uv_run;uv__io_poll;epoll_wait[kernel] 40`;

function findings(hot: string, healthy = ''): readonly Finding[] {
  return compare(profileFromText(USUAL + healthy), profileFromText(USUAL + hot)).findings;
}

function names(list: readonly Finding[]): string[] {
  return list.map((finding) => finding.function);
}

test('the deepest function that explains the change is named, not its callers', () => {
  const [top, ...others] = findings(`\n0..10 ${HANDLE};ingest@/srv/src/ingest.js:41;dedupe@/srv/src/dedupe.js:3 400`);
  assert.equal(top?.function, 'dedupe');
  assert.equal(top?.kind, 'self');
  assert.equal(top?.line, 3);
  assert.deepEqual(top?.route, ['processTicksAndRejections', 'emit', 'handle', 'ingest', 'dedupe']);
  assert.deepEqual(others, [], 'one regression, one finding');
});

test('a callee a hair below the minimum effect is named when it explains a caller above it', () => {
  const list = findings(
    `\n0..10 ${HANDLE};ingest@/srv/src/ingest.js:41 6\n` +
      `0..10 ${HANDLE};ingest@/srv/src/ingest.js:41;dedupe@/srv/src/dedupe.js:3 47`,
  );
  assert.deepEqual(names(list), ['dedupe']);
  assert.equal(list[0]?.change, 'appeared');
  assert.ok((list[0]?.deltaCores ?? 1) < 0.05);
});

test('what a function gained is explained by a callee with two thirds of it, whatever else has changed', () => {
  const at = `${HANDLE};badges@/srv/src/room.js:29`;
  const second = `\n0..10 ${HANDLE};accept@/srv/src/accept.js:16;copy@/srv/src/copy.js:2 160`;
  const named = (own: number, callee: number) =>
    names(findings(`\n0..10 ${at} ${own}\n0..10 ${at};isUnread@/srv/src/unread.js:3 ${callee}${second}`))[0];
  assert.equal(named(60, 150), 'isUnread', 'less than half of the whole change');
  assert.equal(named(90, 120), 'badges', 'too much of its change is its own');
});

test('builtins, native code and node core go under the function that called them', () => {
  const through = (below: string): string | null | undefined =>
    findings(`\n0..10 ${HANDLE};decode@/srv/src/decode.js:3;${below} 300`)[0]?.through;
  assert.equal(through('Builtins_JsonParse;v8::internal::JsonParser<unsigned char>::ParseJson'), 'JSON.parse');
  assert.equal(through('readFileSync@node:fs:442;node::fs::Read;read[libc.so.6];vfs_read[kernel]'), 'readFileSync');
  assert.equal(through('Builtins_ArrayPrototypeIndexOf'), 'Array.prototype.indexOf');
  assert.equal(through('v8::internal::Builtin_DateConstructor;v8::internal::DateParser::Parse'), 'new Date');
  assert.equal(through('v8::internal::Runtime_X;v8::internal::Heap::CollectGarbage'), 'garbage collection');
});

test('nothing is said to go through when the function itself uses the CPU', () => {
  const own =
    `\n0..10 ${HANDLE};decode@/srv/src/decode.js:3 300\n` +
    `0..10 ${HANDLE};decode@/srv/src/decode.js:3;Builtins_JsonParse 90`;
  const [top] = findings(own);
  assert.equal(top?.through, null);
  assert.ok(top?.notes.some((note) => note.includes('inlined')));
});

test('library code is named with its package, followed by the app function that calls it', () => {
  const parser = '/srv/node_modules/htmlparser2/lib/Parser.js';
  const list = findings(`\n0..10 ${HANDLE};ingest@/srv/src/ingest.js:41;write@${parser}:20;_parse@${parser}:90 350`);
  assert.deepEqual(names(list), ['_parse', 'ingest']);
  assert.equal(list[0]?.package, 'htmlparser2');
  assert.equal(list[0]?.calledFrom, 'ingest (src/ingest.js:41)');
  assert.equal(list[1]?.kind, 'total');
  assert.equal(list[1]?.package, null);
});

test('a torn stack does not make an app function the caller of library code', () => {
  const parser = '/srv/node_modules/htmlparser2/lib/Parser.js';
  const loop = 'processTicksAndRejections@node:internal/process/task_queues:72';
  const [top] = findings(
    `\n0..10 ${loop};_parse@${parser}:90 340\n0..10 ${HANDLE};classify@/srv/c.js:4;_parse@${parser}:90 10`,
  );
  assert.equal(top?.function, '_parse');
  assert.equal(top?.calledFrom, null);
});

test('a change spread over many small functions goes up to the deepest one above most of them', () => {
  const parser = '/srv/node_modules/htmlparser2/lib/Parser.js';
  const parts = Array.from(
    { length: 12 },
    (_, i) => `\n0..10 ${HANDLE};ingest@/srv/i.js:4;write@${parser}:20;on${i}@${parser}:${100 + i} 25`,
  );
  const [top] = findings(parts.join(''));
  assert.equal(top?.function, 'write');
  assert.equal(top?.kind, 'total');
});

test('recursion is one function, and counts once', () => {
  const clone = 'clone@/srv/src/clone.js:2';
  const walk = 'walk@/srv/src/clone.js:9';
  const deep = Array.from(
    { length: 6 },
    (_, i) =>
      `\n0..10 ${HANDLE};${Array(i + 1)
        .fill(`${clone};${walk}`)
        .join(';')};${clone} 60`,
  );
  const [top, ...others] = findings(deep.join(''));
  assert.equal(top?.function, 'clone');
  assert.ok(Math.abs((top?.hotCores ?? 0) - 360 / 990) < 1e-9);
  assert.deepEqual(others, []);
});

test('two regressions under one dispatcher are two findings, the larger first', () => {
  const list = findings(
    `\n0..10 ${HANDLE};search@/srv/search.js:5 300\n0..10 ${HANDLE};resize@/srv/resize.js:8 220`,
    `\n0..10 ${HANDLE};search@/srv/search.js:5 10\n0..10 ${HANDLE};resize@/srv/resize.js:8 8`,
  );
  assert.deepEqual(names(list), ['search', 'resize']);
  assert.ok(Math.abs((list[0]?.explains ?? 0) - 290 / 502) < 1e-6);
});

test('a function that did nothing but its helpers is named for both of them', () => {
  const hot =
    `\n0..10 ${HANDLE};plan@/srv/plan.js:5;expand@/srv/plan.js:20 200\n` +
    `0..10 ${HANDLE};plan@/srv/plan.js:5;prune@/srv/plan.js:30 200`;
  const list = findings(hot, hot.replaceAll(' 200', ' 4'));
  assert.deepEqual(names(list), ['plan', 'expand'], 'the first, and the one that does most of it');
});

test('an anonymous callback is named by the function whose text it is in', () => {
  const list = findings(`\n0..10 ${HANDLE};matchStock@/srv/stock.js:12;Builtins_ArrayFind;@/srv/stock.js:14 300`);
  assert.equal(list[0]?.function, 'matchStock');
  assert.equal(list[0]?.line, 12);
  const elsewhere = findings(`\n0..10 ${HANDLE};each@/srv/util.js:12;@/srv/stock.js:14 300`);
  assert.equal(elsewhere[0]?.function, '(anonymous)');
  assert.equal(elsewhere[0]?.line, 14);
});

test('code without a file, as templates compile to, is its caller, whose line can be opened', () => {
  const [top] = findings(`\n0..10 ${HANDLE};renderPage@/srv/page.js:8;main@:3 300`);
  assert.equal(top?.function, 'renderPage');
});

test('what shrank is listed after what grew', () => {
  const list = findings(`\n0..10 ${HANDLE};slow@/srv/slow.js:1 300`, `\n0..10 ${HANDLE};cached@/srv/cache.js:1 200`);
  assert.deepEqual(
    list.map((finding) => [finding.function, finding.change]),
    [
      ['slow', 'appeared'],
      ['cached', 'vanished'],
    ],
  );
  assert.equal(list[1]?.explains, null);
});

test('a program without JavaScript has findings too', () => {
  const usual = '0..10 main[server];accept[server] 80\n0..10 main[server];loop[server];parse[server] 60';
  const hot = `${usual}\n0..10 main[server];loop[server];compress[libz.so.1];deflate[libz.so.1] 400`;
  assert.equal(compare(profileFromText(usual), profileFromText(hot)).findings[0]?.function, 'deflate');
});

test('peers that differ among themselves widen the interval; those that agree do not', () => {
  const peer = (count: number) => profileFromText(`${USUAL}\n0..10 ${HANDLE};work@/srv/w.js:1 ${count}`);
  const hot = peer(400);
  const width = (peers: readonly number[]): number => {
    const { rows, tree } = compare(peers.map(peer), hot);
    const row = rows.find((one) => tree.functions[one.fn]?.name === 'work');
    return (row?.self.ci[1] ?? 0) - (row?.self.ci[0] ?? 0);
  };
  assert.ok(width([60, 340]) > 2 * width([200, 200]));
  assert.ok(width([200, 200]) <= width([200]));
});

test('optimised code that works through a builtin may hold callees, and the finding says so', () => {
  const notes = (tier: string): readonly string[] | undefined =>
    findings(`\n0..10 ${HANDLE};${tier}store@/srv/src/store.js:3;Builtins_JsonStringify 300`)[0]?.notes;
  assert.deepEqual(notes('*'), ['Its optimised code includes callees that V8 inlined into it.']);
  assert.deepEqual(notes('~'), []);
});

test('two regressions of the same size under a dispatcher: both are named, the dispatcher is not', () => {
  const both = (search: number, resize: number): string =>
    `\n0..10 ${HANDLE};search@/srv/search.js:5 ${search}\n0..10 ${HANDLE};resize@/srv/resize.js:8 ${resize}`;
  assert.deepEqual(names(findings(both(260, 250), both(10, 8))), ['search', 'resize']);
});

test('what is left of a caller once its regression is reported is not a separate finding', () => {
  const small = Array.from({ length: 6 }, (_, i) => `\n0..10 ${HANDLE};part${i}@/srv/p.js:${i + 1} 16`).join('');
  assert.deepEqual(names(findings(`\n0..10 ${HANDLE};search@/srv/search.js:5 400${small}`)), ['search']);
});

test('findings below a tenth of the first are not worth a line', () => {
  const list = findings(`\n0..10 ${HANDLE};search@/srv/search.js:5 900\n0..10 other@/srv/other.js:8 70`);
  assert.deepEqual(names(list), ['search']);
  const larger = findings(`\n0..10 ${HANDLE};search@/srv/search.js:5 900\n0..10 other@/srv/other.js:8 140`);
  assert.deepEqual(names(larger), ['search', 'other']);
});

test("V8's stubs between two functions are out of view: with or without them a route is one", () => {
  const stub = 'Builtins_InterpreterEntryTrampoline';
  const hot =
    `${USUAL}\n0..10 ${HANDLE};${stub};slow@/srv/slow.js:5 200\n` + `0..10 ${HANDLE};slow@/srv/slow.js:5;${stub} 200`;
  const { findings: list, tree, hot: side } = compare(profileFromText(USUAL), profileFromText(hot));
  assert.deepEqual([list[0]?.function, list[0]?.hotSamples, list[0]?.through], ['slow', 400, null]);
  const drawn = [...tree.fn].map((fn) => tree.functions[fn]?.name);
  assert.ok(!drawn.includes(stub));
  assert.equal(drawn.filter((name) => name === 'slow').length, 1);
  assert.ok(Math.abs((tree.hotTotal[0] ?? 0) - side.cores) < 1e-9, 'never from sums');
});
