/** source.sh and source.js, for real programs: what they send of files that are there, and of those that are not. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { scriptText } from '../../service/capture/script-call.ts';
import {
  parseSourceOutput,
  type SourceAnswer,
  type SourceExcerpt,
  type SourcePlace,
  sourceCall,
} from '../../service/capture/source-script.ts';
import { readRemoteScripts } from '../../service/remote-scripts.ts';
import { noContainers, startContainer } from '../support/scripts/container.ts';
import { folder } from '../support/scripts/remote-script.ts';

const SCRIPT = readRemoteScripts().source;
const gunzip = (bytes: Uint8Array): Uint8Array => gunzipSync(bytes, { maxOutputLength: 1 << 22 });

/** A Node.js process that waits; in `words` what stands before it, to give it a user or namespaces of its own. */
function waitingNode(t: TestContext, words: readonly string[] = []): ChildProcess & { readonly pid: number } {
  const [program = '', ...args] = [...words, process.execPath, '-e', 'console.log(1); setInterval(() => {}, 1e6)'];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => child.kill('SIGKILL'));
  return child as ChildProcess & { readonly pid: number };
}

async function started(child: ChildProcess): Promise<void> {
  await new Promise((resolve) => child.stdout?.once('data', resolve));
}

function ask(t: TestContext, places: readonly SourcePlace[]): SourceAnswer[] {
  const text = scriptText(readRemoteScripts(), sourceCall({ captureId: 'src', places }));
  const env = { ...process.env, SMOKEJUMPER_DIR: folder(t) };
  const { stdout, stderr } = spawnSync('sh', { input: text, env, encoding: 'utf8' });
  assert.ok(stdout.length < 24_000, 'the agent would cut it');
  assert.equal(stderr, '');
  return parseSourceOutput(stdout, places.length, gunzip);
}

function write(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function numbered(count: number): string {
  return Array.from({ length: count }, (_, i) => `line(${i + 1});`).join('\n');
}

function excerpt(answer: SourceAnswer | undefined): SourceExcerpt {
  assert.ok(answer !== undefined && 'lines' in answer, JSON.stringify(answer));
  return answer;
}

test('at most 40 lines around a place come back, with the package and what was deployed', async (t) => {
  const root = folder(t);
  const file = write(join(root, 'releases/42/node_modules/left-pad/lib/it`s a file.js'), numbered(500));
  write(join(root, 'releases/42/node_modules/left-pad/package.json'), '{"name":"left-pad","version":"1.3.0"}');
  write(join(root, 'releases/42/REVISION'), 'release of tuesday\n');
  const commit = '0123456789abcdef0123456789abcdef01234567';
  write(join(root, 'releases/42/.git/HEAD'), 'ref: refs/heads/main\n');
  write(join(root, 'releases/42/.git/refs/heads/main'), `${commit}\n`);
  const node = waitingNode(t);
  await started(node);
  const [middle, top, end, url, line] = ask(t, [
    { pid: node.pid, file, line: 250, column: 3 },
    { pid: node.pid, file, line: 1, column: null },
    { pid: node.pid, file, line: 500, column: 1 },
    { pid: node.pid, file: `file://${encodeURI(file)}`, line: 250, column: 1 },
    { pid: node.pid, file, line: 250, column: null },
  ]).map(excerpt);
  assert.equal(middle?.lines.length, 40);
  assert.equal(middle.first, 244, 'little before the beginning of a function');
  assert.equal(line?.first, 237, 'more before a line of which only that is known');
  assert.equal(middle.lines[250 - middle.first], 'line(250);');
  assert.deepEqual(middle.package, { name: 'left-pad', version: '1.3.0' });
  assert.deepEqual(middle.deploy, { commit, revision: 'release of tuesday', release: '42' });
  assert.equal(middle.original, null);
  assert.deepEqual([top?.first, top?.lines[0]], [1, 'line(1);']);
  assert.equal(end?.lines.at(-1), 'line(500);');
  assert.deepEqual(url?.lines, middle.lines);
});

test('of a line without end only what is around the column is sent', async (t) => {
  const file = write(join(folder(t), 'app.min.js'), `${'a;'.repeat(300_000)}HERE;${'b;'.repeat(300_000)}`);
  const node = waitingNode(t);
  await started(node);
  const { lines } = excerpt(ask(t, [{ pid: node.pid, file, line: 1, column: 600_001 }])[0]);
  assert.match(lines[0] ?? '', /^….*HERE.*…$/);
  assert.ok((lines[0]?.length ?? 0) <= 202);
});

test('through a source map, inline or in a file, comes the line that the author wrote', async (t) => {
  const root = folder(t);
  const source = write(
    join(root, 'src/weigh.ts'),
    'export interface Parcel { readonly kilos: number }\n\n' +
      'export function weigh(parcel: Parcel): number {\n' +
      '  return parcel.kilos * 1.1;\n}\n',
  );
  const node = waitingNode(t);
  await started(node);
  const answers = (['inline', 'linked'] as const).map((sourcemap) => {
    const outfile = join(root, `dist/${sourcemap}.js`);
    const sourcesContent = sourcemap === 'inline';
    buildSync({ entryPoints: [source], outfile, sourcemap, sourcesContent, format: 'cjs', bundle: true });
    const text = execFileSync('grep', ['-n', 'kilos', outfile], { encoding: 'utf8' });
    return excerpt(ask(t, [{ pid: node.pid, file: outfile, line: Number(text.split(':')[0]), column: null }])[0]);
  });
  for (const { original } of answers) {
    assert.equal(original?.line, 4);
    assert.ok(original.file.endsWith('/src/weigh.ts'), original.file);
    assert.equal(original.lines[4 - original.first], '  return parcel.kilos * 1.1;');
    const [generated] = answers;
    const at = (text: string) => generated?.lines.findIndex((line) => line.includes(text)) ?? -1;
    assert.deepEqual([original.lineMap[at('kilos')], original.lineMap[at('function weigh')]], [4, 3]);
    assert.equal(original.lineMap[at('//')], 0, 'what the bundler added comes from nowhere');
  }
});

test('a file has its path below the checkout, the REVISION, the release or the outermost package', async (t) => {
  const root = realpathSync(folder(t));
  const deploys = [
    ['git', 'packages/a/src/x.js', ['.git/HEAD', 'packages/a/package.json', 'packages/a/REVISION']],
    ['revision', 'src/x.js', ['REVISION', 'src/package.json']],
    ['releases/42', 'src/x.js', ['src/package.json']],
    ['package', 'packages/a/x.js', ['package.json', 'packages/a/package.json']],
    ['bare', 'x.js', []],
    ['installed', 'node_modules/a/x.js', ['package.json']],
  ] as const;
  for (const [deploy, file, marks] of deploys)
    for (const name of [file, ...marks]) write(join(root, deploy, name), name.endsWith('.json') ? '{}' : 'x();\n');
  const node = waitingNode(t);
  await started(node);
  const places = deploys.map(([deploy, file]) => ({
    pid: node.pid,
    file: join(root, deploy, file),
    line: 1,
    column: 1,
  }));
  assert.deepEqual(
    ask(t, places).map((answer) => excerpt(answer).path),
    ['packages/a/src/x.js', 'src/x.js', 'src/x.js', 'packages/a/x.js', null, null],
  );
});

test('only source files that the program itself may read are sent, each refusal with its reason', async (t) => {
  const root = folder(t);
  chmodSync(root, 0o755);
  const secret = write(join(root, 'secret.js'), 'secret()');
  chmodSync(secret, 0o600);
  symlinkSync('/etc/passwd', join(root, 'link.js'));
  execFileSync('mkfifo', [join(root, 'pipe.js')]);
  write(join(root, 'large.js'), 'x'.repeat((2 << 20) + 1));
  write(join(root, 'short.js'), 'one();\n');
  const asRoot = process.getuid?.() === 0;
  const node = waitingNode(t, asRoot ? ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'] : []);
  await started(node);
  const at = (file: string, line = 1): SourcePlace => ({ pid: node.pid, file, line, column: 1 });
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  const answers = ask(t, [
    at('/etc/passwd'),
    at(join(root, 'link.js')),
    at(join(root, 'pipe.js')),
    at(join(root, 'large.js')),
    at(join(root, 'missing.js')),
    at(join(root, 'short.js'), 9),
    at('node:internal/fs.js'),
    { ...at(secret), pid: gone },
    { ...at(secret), pid: 1 },
    at(asRoot ? secret : join(root, 'missing.js')),
  ]);
  assert.deepEqual(
    answers.map((answer) => ('reason' in answer ? answer.reason : answer.lines.join())),
    [
      'NOT_SOURCE',
      'NOT_SOURCE',
      'NOT_A_FILE',
      'TOO_LARGE',
      'NOT_FOUND',
      'NO_SUCH_LINE',
      'NOT_A_FILE',
      'GONE',
      'NOT_NODE',
      asRoot ? 'NOT_PERMITTED' : 'NOT_FOUND',
    ],
  );
});

test('in a container the files are those that the program sees', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('namespaces need root');
  const root = folder(t);
  chmodSync(root, 0o755);
  write(join(root, 'outside/app.js'), 'outside();');
  write(join(root, 'inside/app.js'), 'inside();');
  const bind = `mount --bind '${root}/inside' '${root}/outside' && exec "$@"`;
  const node = waitingNode(t, ['unshare', '--mount', '--pid', '--fork', '--mount-proc', 'sh', '-c', bind, 'sh']);
  await started(node);
  const inner = Number(execFileSync('pgrep', ['-P', `${node.pid}`], { encoding: 'utf8' }));
  t.after(() => spawnSync('kill', ['-9', `${inner}`]));
  const place = { pid: inner, file: join(root, 'outside/app.js'), line: 1, column: 1 };
  assert.deepEqual(excerpt(ask(t, [place])[0]).lines, ['inside();']);
});

test('in a container with a root and users of its own nothing but its Node.js is run', async (t) => {
  const why = noContainers();
  if (why !== undefined) return t.skip(why);
  const source = "inside();\nfunction inside() { setInterval(() => {}, 1e6); console.log('ready'); }\n";
  const plain = await startContainer(t, { source });
  const rootless = await startContainer(t, { source, users: { from: 100_000, count: 1 }, readOnly: true, flags: [] });
  const at = (pid: number) => ({ pid, file: '/app/server.js', line: 1, column: 1 });
  for (const answer of ask(t, [at(plain.pid), at(rootless.pid)])) assert.equal(excerpt(answer).lines[0], 'inside();');
});

test('what does not fit into one answer is left out from the end, and said', async (t) => {
  const root = folder(t);
  const random = (seed: number): string =>
    Array.from({ length: 60 }, (_, i) =>
      Array.from({ length: 12 }, (_, j) => Math.sin(seed * 1e4 + i * 97 + j).toString(36)).join(''),
    ).join('\n');
  const files = Array.from({ length: 10 }, (_, i) => write(join(root, `${i}.js`), random(i)));
  const node = waitingNode(t);
  await started(node);
  const answers = ask(
    t,
    files.map((file) => ({ pid: node.pid, file, line: 30, column: 1 })),
  );
  const reasons = answers.map((answer) => ('reason' in answer ? answer.reason : 'sent'));
  assert.equal(reasons[0], 'sent');
  assert.equal(reasons.at(-1), 'LEFT_OUT');
  assert.deepEqual([...new Set(reasons)], ['sent', 'LEFT_OUT']);
});

test('wrong places are wrong usage; nothing in them reaches the shell', () => {
  for (const place of ['1:2:3', '0:1:0:YQ==', '1:0:0:YQ==', 'x:1:0:YQ==', '1:1:0:$(id)', "1:1:0:';id", '1:1:0:', '']) {
    const args = ['-s', 'source', '--id', 'x', '--place', place];
    const { status, stdout } = spawnSync('sh', args, { input: SCRIPT, encoding: 'utf8' });
    assert.equal(status, 64, place);
    assert.match(stdout, /"code":"USAGE"/);
  }
  const many = Array.from({ length: 11 }, () => ['--place', '1:1:0:YQ==']).flat();
  assert.equal(spawnSync('sh', ['-s', 'source', '--id', 'x', ...many], { input: SCRIPT }).status, 64);
});
