import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { comparisonTable } from '../../service/cli/output/compare-table.ts';
import { terminalOf } from '../../service/cli/output/terminal.ts';
import { compare } from '../../service/compare/compare.ts';
import type { Finding } from '../../service/compare/differential.ts';
import { assertGolden } from '../support/golden.ts';
import { profileFromText } from '../support/profile-from-text.ts';

const CLI = join(import.meta.dirname, '../../service/cli/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'compare-'));
/** 100 columns, no colour. */
const FILE = terminalOf({}, 'auto', {});
after(() => rmSync(folder, { recursive: true, force: true }));

const HANDLE = 'emit@node:events:489;handle@/srv/app.js:10';
const USUAL =
  `0..10 ${HANDLE};render@/srv/app.js:40 90\n` +
  `0..10 ${HANDLE};query@/srv/db.js:7;Builtins_JsonParse 80\n` +
  '0..10 uv_run;epoll_wait[kernel] 40';
const PARSER = '/srv/app/releases/42/node_modules/htmlparser2/lib/Parser.js';
const HOT =
  `${USUAL}\n` + `0..10 ${HANDLE};ingest@/srv/src/ingest.js:41;_parse@${PARSER}:212;Builtins_ArrayPrototypeIndexOf 600`;

test('the table says verdict, findings, coverage, quality and method in 100 columns', () => {
  const hotFacts = { hostCpu: { user: 8, system: 1, iowait: 0, steal: 0, idle: 11 }, cpus: 2 };
  const hot = profileFromText(HOT, { facts: hotFacts, processes: { 1: { cpuSeconds: 8.1, perfMap: 'truncated' } } });
  const table = comparisonTable(compare(profileFromText(USUAL), hot), FILE);
  assertGolden('compare/table.txt', table);
  for (const line of table.split('\n')) assert.ok([...line].length <= 100, line);
});

/** As a terminal draws them: Chinese, Japanese, Korean characters and pictures are two columns wide, accents none. */
function columns(line: string): number {
  return [...line].reduce((sum, character) => {
    if (/\p{M}/u.test(character)) return sum;
    return (
      sum +
      (/\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Emoji_Presentation}|[！-｠]/u.test(character) ? 2 : 1)
    );
  }, 0);
}

test('long and hostile names neither widen the table nor reach the terminal as control characters', () => {
  const wide = '解析請求ひらがな한국어！🔥'.repeat(12);
  for (const evil of [`${'wide'.repeat(60)}\u001b[2J\u202e`, wide, 'e\u0301'.repeat(90), `${'短い'.repeat(9)}x`]) {
    const hot = profileFromText(`${USUAL}\n0..10 ${HANDLE};${evil}@/srv/${'深い/'.repeat(60)}x.js:9 600`);
    const table = comparisonTable(compare(profileFromText(USUAL), hot), FILE);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
    assert.doesNotMatch(table, /[\u0000-\u0009\u000b-\u001f\u202e]/);
    for (const line of table.split('\n')) assert.ok(columns(line) <= 100, `${columns(line)} columns: ${line}`);
  }
});

test('the table fits narrow and wide terminals, with colours and without', () => {
  const hot = profileFromText(`${HOT}\n0..10 ${HANDLE};${'wide'.repeat(60)}@/srv/app.js:9 300`);
  const differential = compare(profileFromText(USUAL), hot);
  for (const width of [40, 56, 72, 80, 120]) {
    const plain = comparisonTable(differential, terminalOf({ isTTY: true, columns: width }, 'never', {}));
    for (const line of plain.split('\n')) assert.ok(columns(line) <= width, `${width}: ${line}`);
    const coloured = comparisonTable(differential, terminalOf({ isTTY: true, columns: width }, 'always', {}));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the marks of colours
    assert.equal(coloured.replace(/\u001b\[\d+m/g, ''), plain);
    assert.ok(coloured.includes('\u001b[31m'));
    assert.match(plain, /\+0\.61/);
  }
});

test('numbers stand below their titles whatever characters the name has', () => {
  const hot = profileFromText(`${USUAL}\n0..10 ${HANDLE};解析請求@/srv/app.js:9 600`);
  const lines = comparisonTable(compare(profileFromText(USUAL), hot), FILE).split('\n');
  const at = lines.findIndex((line) => line.startsWith('  #  function'));
  assert.equal(columns(lines[at + 1] ?? ''), columns(lines[at] ?? ''));
});

const run = promisify(execFile);

function folded(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('the command compares two files of any format and prints JSON with the agreed fields', async () => {
  const healthy = folded(
    'healthy.folded',
    'JS:*handle /srv/app.js:1:1;JS:*render /srv/app.js:9:1 800\nJS:*handle /srv/app.js:1:1 400\n',
  );
  const hot = folded(
    'hot.folded',
    'JS:*handle /srv/app.js:1:1;JS:*render /srv/app.js:9:1 800\n' +
      'JS:*handle /srv/app.js:1:1;JS:*slow /srv/app.js:30:1 4000\n',
  );
  const { stdout, stderr } = await run(process.execPath, [
    CLI,
    'compare',
    healthy,
    hot,
    '--json',
    '-o',
    join(folder, 'out.svg'),
  ]);
  const result = JSON.parse(stdout) as {
    verdict: { class: string; headline: string };
    quality: { grade: string };
    findings: Finding[];
  };
  assert.equal(result.verdict.class, 'hot path');
  assert.equal(result.quality.grade, 'fair');
  const [top] = result.findings;
  for (const field of [
    'function',
    'package',
    'file',
    'line',
    'kind',
    'through',
    'hotCores',
    'healthyCores',
    'deltaCores',
    'ci',
    'q',
  ]) {
    assert.ok(top !== undefined && field in top, field);
  }
  assert.equal(top?.function, 'slow');
  assert.match(readFileSync(join(folder, 'out.svg'), 'utf8'), /^<\?xml|^<svg/);
  assert.match(stderr, /wrote /);
});

test('recordings too weak to compare: no graph is drawn, and both streams say why', async () => {
  const weak = folded('weak.folded', 'JS:*main /srv/app.js:1:1;JS:*handle /srv/app.js:5:1 12\n');
  const out = join(folder, 'weak.svg');
  const { stdout, stderr } = await run(process.execPath, [CLI, 'compare', weak, weak, '-o', out]);
  assert.equal(existsSync(out), false);
  assert.match(stdout, /^inconclusive: the recordings are too weak to compare/);
  assert.match(stdout, /Only 12 samples: too few to compare/);
  assert.match(stderr, /weak\.svg was not drawn.*Only 12 samples.*Record longer/);
});

test('a graph that cannot be written is reported in a sentence', async () => {
  const healthy = folded('h.folded', 'JS:*main /srv/app.js:1:1;JS:*handle /srv/app.js:5:1 800\n');
  await assert.rejects(
    run(process.execPath, [CLI, 'compare', healthy, healthy, '-o', join(folder, 'none', 'x.svg')]),
    (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 1);
      assert.match(error.stderr, /Cannot write .*x\.svg.*no such folder/);
      assert.doesNotMatch(error.stderr, /\n\s+at /);
      return true;
    },
  );
});

test('for files without a recording time the table gives percent, never cores', async () => {
  const text = (slow: number) =>
    'JS:*main /srv/app.js:1:1;JS:*handle /srv/app.js:5:1 8000\n' +
    `JS:*main /srv/app.js:1:1;JS:*slow /srv/app.js:30:1 ${slow}\n`;
  const { stdout } = await run(process.execPath, [CLI, 'compare', folded('t1', text(10)), folded('t2', text(8010))]);
  assert.match(stdout, /^hot path: slow \(srv\/app\.js:30\) 0\.1 % → 50 % of the profile$/m);
  assert.match(stdout, /healthy % +hot % +Δ points/);
  assert.match(stdout, /^ +1 {2}slow +0\.1 +50\.0 +\+49\.9/m);
  assert.match(stdout, /^ {2}healthy: 8,010 samples\. No recording time/m);
  assert.doesNotMatch(stdout, /\d cores|99 Hz/);
});

test('requests per second tell a slower service from more traffic', async () => {
  const text = (factor: number): string =>
    Array.from({ length: 1000 * factor }, (_, i) => {
      const name = ['search', 'price', 'render', 'recommend'][i % 4];
      return (
        `node 7 [000] ${(i / 1000 / factor) * 10}: 10101010 cpu-clock:\n` +
        `\t10 JS:*${name} /srv/app.js:${10 + (i % 4)}:3 (/tmp/perf-7.map)\n\n`
      );
    }).join('');
  const files = [folded('slow-1.txt', text(0.2)), folded('slow-2.txt', text(0.8))];
  const verdict = async (rates: string) =>
    (await run(process.execPath, [CLI, 'compare', ...files, '--requests', rates])).stdout;
  assert.match(
    await verdict('50,50'),
    /^uniform slowdown: .*\n.*\n +Requests: 50 per second on the healthy side, 50 on/,
  );
  assert.match(await verdict('50,200.5'), /^traffic skew: /);
  for (const wrong of ['50', '50,x', '50,-1', '1,2,3', '']) {
    await assert.rejects(verdict(wrong), (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 2);
      assert.match(error.stderr, /the requests per second of each file: 40,120\./);
      return true;
    });
  }
});

test('several healthy files are peers of the last', async () => {
  const text = (count: number) => `JS:*handle /srv/app.js:1:1;JS:*render /srv/app.js:9:1 ${count}\n`;
  const files = [800, 820, 790].map((count, i) => folded(`peer-${i}.folded`, text(count)));
  const { stdout } = await run(process.execPath, [CLI, 'compare', ...files]);
  assert.match(stdout, /2 peers: the variance between them/);
});

test('wrong usage ends with 2 and says what is missing', async () => {
  await assert.rejects(
    run(process.execPath, [CLI, 'compare', 'only-one']),
    (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 2);
      assert.match(error.stderr, /HEALTHY and HOT/);
      return true;
    },
  );
});
