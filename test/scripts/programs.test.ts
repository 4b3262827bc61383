/** What else burns on the host: other programs by name, with who started them and their stacks. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readCapture } from '../../service/profile/capture-form/capture-form.ts';
import type { Profile } from '../../service/profile/profile.ts';
import { rootByProcess } from '../../service/profile/root-by-process.ts';
import { busyNode, folder, noPerf, run } from '../support/scripts/remote-script.ts';

const IDLE = 'console.log("ready"); setInterval(() => undefined, 1000)';

/** A shell script that runs until the test ends, in a group of its own. */
async function shellScript(t: TestContext, name: string, text: string): Promise<void> {
  const path = join(folder(t), name);
  writeFileSync(path, `#!/bin/sh\n${text}`, { mode: 0o755 });
  const child = spawn(path, { detached: true, stdio: 'ignore' });
  await once(child, 'spawn');
  t.after(() => process.kill(-(child.pid as number), 'SIGKILL'));
}

async function record(t: TestContext, pid: number | undefined, seconds: number): Promise<Profile> {
  const dir = folder(t);
  const out = join(dir, 'out.gz');
  const args = ['run', '--id', 'p', '--seconds', `${seconds}`, '--pid', `${pid}`, '--out', out];
  const { code, stderr } = await run(args, { dir });
  assert.equal(code, 0, stderr);
  return readCapture(gunzipSync(readFileSync(out)));
}

describe('other programs', { skip: noPerf() ?? false, timeout: 300_000 }, () => {
  test('programs that come and go are one entry, with their number and who started them', async (t) => {
    const idle = await busyNode(t, IDLE);
    await shellScript(t, 'log-rotate.sh', 'while :; do head -c 600000 /dev/urandom | gzip >/dev/null; done');
    const { facts, programs } = await record(t, idle.pid, 3);
    const gzip = facts.otherProcesses.find(({ name }) => name === 'gzip');
    assert.ok(gzip, JSON.stringify(facts.otherProcesses));
    assert.ok((gzip.processes ?? 0) > 5, `${gzip.processes} processes`);
    assert.equal(gzip.startedBy?.[0], 'log-rotate.sh');
    const rooted = rootByProcess(programs as Profile);
    const roots = new Set(
      Array.from({ length: rooted.tree.length }, (_, node) => node)
        .filter((node) => rooted.tree.parent[node] === 0)
        .map((node) => rooted.functions[rooted.frames.functionOf[rooted.tree.frame[node] as number] as number]?.name),
    );
    assert.ok(roots.has('gzip'), [...roots].join());
  });

  test('a program that runs all the time has its stacks; the capture itself is none', async (t) => {
    const idle = await busyNode(t, IDLE);
    await shellScript(t, 'spin.sh', 'while :; do :; done');
    const { facts, programs, ledger } = await record(t, idle.pid, 2);
    const spin = facts.otherProcesses.find(({ name }) => name === 'spin.sh');
    assert.equal(spin?.processes, 1);
    assert.ok((spin?.cpuSeconds ?? 0) > 0.1);
    assert.ok((programs?.ledger.drawn ?? 0) > 0);
    assert.ok((ledger.filtered['this capture'] ?? 0) > 0);
  });
});
