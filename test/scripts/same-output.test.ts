/** The assembled script does what its parts do: they are put together here a second time, by the shell itself. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { javaScriptPrograms, SCRIPT_ACTIONS, type ScriptAction } from '../../service/capture/assemble-script.ts';
import { readParts } from '../../service/remote-scripts.ts';
import {
  AWKS,
  busyNode,
  folder,
  has,
  noPerf,
  PARTS,
  run,
  SCRIPT_FILES,
  wrapper,
} from '../support/scripts/remote-script.ts';

const JOINED = javaScriptPrograms(readParts());
const CALL = 'main "$@"\n';

/** The first file as it is, sourcing the other ones; each program is read from its own file, comments included. */
function partsScript(action: ScriptAction): string {
  const main = readFileSync(join(PARTS, `${action}.sh`), 'utf8');
  assert.ok(main.endsWith(`\n${CALL}`));
  const sources = withParts(main).join('\n');
  const programs = [...sources.matchAll(/^(\w+)='@(\S+)@'$/gm)].map(([, name, file = '']) => {
    // Modules that are not joined cannot be run as one text.
    const joined = JOINED.get(file);
    return joined === undefined
      ? `${name}=$(cat ${file})`
      : `${name}=$(echo ${Buffer.from(joined).toString('base64')} | base64 -d)`;
  });
  return `cd '${PARTS}'\n${main.slice(0, -CALL.length)}\n${programs.join('\n')}\ncd /\n${CALL}`;
}

/** A text, and those of the files that it names, and so on. */
function withParts(text: string): string[] {
  const named = [...text.matchAll(/^\. \.\/(\S+)$/gm)];
  return [text, ...named.flatMap(([, name]) => withParts(readPart(name)))];
}

function readPart(name: string | undefined): string {
  return readFileSync(join(PARTS, name ?? ''), 'utf8');
}

function partsFile(t: TestContext, action: ScriptAction): string {
  const path = join(folder(t), `${action}.sh`);
  writeFileSync(path, partsScript(action));
  return path;
}

for (const action of SCRIPT_ACTIONS) {
  test(`${action}: the same shell functions, word for word, and the same programs but for comments`, (t) => {
    if (!has('bash')) return t.skip('bash is not installed');
    /** Functions as bash prints them back, without comments and what unpacks the programs; then these. */
    const understood = (path: string) => {
      const text = readFileSync(path, 'utf8').slice(0, -CALL.length);
      const programs = ['tick_awk', 'census_awk', 'reduce_awk', 'facts_awk', 'copy_map'];
      const show = programs.map((name) => `printf '%s\\n' "\${${name}:-}" | grep -v '^[[:space:]]*#' | grep .`);
      const result = spawnSync('bash', ['--posix'], {
        input: `${text}\nunset -f unpack\ndeclare -f\n${show.join('\n')}`,
        encoding: 'utf8',
        maxBuffer: 1 << 24,
      });
      assert.equal(result.stderr, '');
      // What is sent is not indented.
      return result.stdout.replaceAll(/^[ \t]+/gm, '');
    };
    const assembled = understood(SCRIPT_FILES[action]);
    assert.match(assembled, /^main \(\)/m);
    assert.equal(assembled, understood(partsFile(t, action)));
  });
}

/** Its stacks meet and part, and it compiles what it calls. */
const DIVERSE = `
const calls = Array.from({ length: 40 }, (_, i) => new Function('next', 'depth',
  'let x = ' + i + '; for (let i = 0; i < 2000; i++) x = (x * 31 + i) % 1000003;' +
  'return depth === 0 ? x : next(depth - 1) + x;'));
const next = (depth) => calls[Math.floor(Math.random() * calls.length)](next, depth);
next(20);
console.log('ready');
setInterval(() => { for (let i = 0; i < 20; i++) next(20); }, 1);
`;

/**
 * A recording of a process, and a `perf` that gives it instead of making one. Then the process stops: its map stays.
 */
async function replay(t: TestContext): Promise<{ busy: ChildProcess; path: string }> {
  const busy = await busyNode(t, DIVERSE);
  const dir = folder(t);
  const data = join(dir, 'perf.data');
  const [up = ''] = readFileSync('/proc/uptime', 'utf8').split(' ');
  const record = ['record', '-q', '-B', '-N', '-e', 'cpu-clock', '-F', '499', '-g', '-k', 'CLOCK_BOOTTIME', '-p'];
  assert.equal(spawnSync('perf', [...record, `${busy.pid}`, '-o', data, '--', 'sleep', '1']).status, 0);
  busy.kill('SIGSTOP');
  const perf = spawnSync('sh', ['-c', 'command -v perf'], { encoding: 'utf8' }).stdout.trim();
  // It began when that recording did: the last word but one is the file that says when.
  const began = `for word; do file=$last; last=$word; done; echo '${up} 0' >"$file"`;
  const give = `last=; ${began}; while [ "$1" != -o ]; do shift; done; cp '${data}' "$2"`;
  const words = `case "$1" in record) ${give} ;; *) exec '${perf}' "$@" ;; esac`;
  wrapper(dir, 'perf', ['sh', '-c', `'${words.replaceAll("'", `'\\''`)}'`, 'perf']);
  return { busy, path: `${dir}:${process.env.PATH}` };
}

/** What does not depend on when it was run: everything but some facts. */
function lasting(capture: string): string {
  const [form, facts, ...body] = capture.split('\n');
  const { id, event, hz, scope, binMs, period, kernel, perf, cpus, ledger, processes } = JSON.parse(facts ?? '');
  const names = processes.map(
    ({ cpuSeconds: _cpuSeconds, partial: _partial, ...lasting }: Record<string, unknown>) => ({
      ...lasting,
      mapSizes: (lasting.mapSizes as [number, number][]).map(([, size]) => size).at(-1),
      // Only what V8's log is: its size and the age of the process are of the moment.
      v8Log: (lasting.v8Log as { readonly to?: string } | undefined)?.to,
    }),
  );
  const known = { id, event, hz, scope, binMs, period, kernel, perf, cpus, ledger, names };
  return [form, JSON.stringify(known), ...body].join('\n');
}

const SHELLS = [['dash'], ['bash', '--posix'], ['busybox', 'sh']] as const;

describe('a real recording reduced by the assembled script and by its parts', { skip: noPerf() ?? false }, () => {
  test('comes out the same under every shell and awk', { timeout: 300_000 }, async (t) => {
    const { busy, path } = await replay(t);
    const parts = partsFile(t, 'run');
    const dir = folder(t);
    const reduced = async (shell: readonly string[], awk: readonly string[], script?: string) => {
      const env = { SMOKEJUMPER_PATH: path, SMOKEJUMPER_AWK: wrapper(dir, 'any-awk', awk) };
      const out = join(dir, 'out.gz');
      const args = ['run', '--id', 'same', '--seconds', '2', '--hz', '499', '--pid', `${busy.pid}`, '--out', out];
      const { code, stderr } = await run(args, { dir, shell, env, ...(script === undefined ? {} : { script }) });
      assert.equal(code, 0, stderr);
      return lasting(gunzipSync(readFileSync(out)).toString('latin1'));
    };
    const shells = SHELLS.filter(([program]) => has(program));
    const pairs = shells.map((shell, at) => [shell, AWKS[at % AWKS.length] ?? ['awk']] as const);
    let first: string | undefined;
    for (const [shell, awk] of pairs) {
      const byParts = await reduced(shell, awk, parts);
      first ??= byParts;
      const who = `${shell.join(' ')} with ${awk.join(' ')}`;
      assert.equal(await reduced(shell, awk), first, who);
      assert.equal(byParts, first, `the parts under ${who}`);
    }
    assert.ok((first?.length ?? 0) > 2000);
  });
});
