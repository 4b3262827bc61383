/** Which processes are profiled: by what their programs contain, whatever they are called. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, linkSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { otherPath } from '../../bin/runtimes.ts';
import { readCapture } from '../../service/profile/capture-form/capture-form.ts';
import { folder, noPerf, run } from '../support/scripts/remote-script.ts';

const BUSY = 'console.log("ready"); setInterval(() => { const end = Date.now() + 5; while (Date.now() < end); }, 15)';

/** A program under another name; a hard link where it can be one. */
function renamed(t: TestContext, program: string, name: string): string {
  const path = join(folder(t), name);
  try {
    linkSync(program, path);
  } catch {
    copyFileSync(program, path);
  }
  return path;
}

async function started(t: TestContext, program: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  });
  await once(child.stdout, 'data');
  return child;
}

interface Recorded {
  readonly pid: number;
  readonly name: string;
  readonly runtime: unknown;
  readonly perfMap: unknown;
}

/** What a capture says of all processes whose command line has this word. */
async function processes(t: TestContext, word: string): Promise<Recorded[]> {
  const dir = folder(t);
  const out = join(dir, 'out.gz');
  const { code, stderr } = await run(['run', '--id', 'r', '--seconds', '1', '--match', word, '--out', out], { dir });
  assert.equal(code, 0, stderr);
  const text = gunzipSync(readFileSync(out)).toString('latin1');
  readCapture(text);
  return (JSON.parse(text.split('\n')[1] ?? '') as { processes: Recorded[] }).processes;
}

describe('runtimes', { skip: noPerf() ?? false, timeout: 300_000 }, () => {
  test('Node.js under other names is found, a program that is only called node is not', async (t) => {
    const word = `kind-${process.pid}`;
    const script = join(folder(t), `${word}.js`);
    writeFileSync(script, BUSY);
    const versioned = await started(t, renamed(t, process.execPath, 'node-22'), [script]);
    const own = await started(t, renamed(t, process.execPath, 'billing-server'), [script, 'a-secret']);
    await started(t, renamed(t, realpathSync('/bin/sh'), 'node'), ['-c', `echo ready; exec sleep 60 # ${word}`]);
    const found = await processes(t, word);
    const told = found.map(({ pid, name, runtime, perfMap }) => [pid, name, runtime, perfMap]);
    assert.deepEqual(
      told.toSorted(),
      [
        [versioned.pid, `${word}.js`, 'node', 'none'],
        [own.pid, `${word}.js`, 'node', 'none'],
      ].toSorted(),
    );
  });

  test('a program of its own with Node.js inside shows its name, and none of its arguments', async (t) => {
    const word = `mark-${process.pid}`;
    const script = join(folder(t), `${word}-secret`);
    writeFileSync(script, BUSY);
    await started(t, renamed(t, process.execPath, 'billing-server'), [script]);
    assert.deepEqual(
      (await processes(t, word)).map(({ name, runtime }) => [name, runtime]),
      [['billing-server', 'node']],
    );
  });

  for (const runtime of ['bun', 'deno'] as const) {
    test(`${runtime} is found and called so`, async (t) => {
      const path = otherPath(runtime);
      if (!existsSync(path)) return t.skip(`${runtime} is not here; \`node bin/runtimes.ts\` fetches it`);
      const word = `${runtime}-${process.pid}`;
      const script = join(folder(t), `${word}.js`);
      writeFileSync(script, BUSY);
      await started(t, path, ['run', script]);
      assert.deepEqual(
        (await processes(t, word)).map(({ name, runtime: told }) => [name, told]),
        [[`${word}.js`, runtime]],
      );
    });
  }
});
