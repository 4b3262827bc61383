/** Ctrl-C in the middle of the demo: everything that it has made on the machine is gone again. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';

const DEMO = join(import.meta.dirname, '../../sandbox/demo.ts');

/** Processes whose command line or environment names the folder. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return false;
    try {
      return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${name}/${file}`, 'latin1').includes(folder));
    } catch {
      return false;
    }
  });
}

async function interruptAt(stage: RegExp, target: 'process' | 'group'): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'smokejumper-interrupt-'));
  try {
    const child = spawn(process.execPath, [DEMO, '--once'], {
      env: { PATH: process.env.PATH, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const closed = once(child, 'close');
    for await (const line of createInterface({ input: child.stdout })) {
      // A terminal sends it to the whole group; npm and `kill` to the process alone.
      if (stage.test(line)) process.kill(target === 'group' ? -(child.pid ?? 0) : (child.pid ?? 0), 'SIGINT');
    }
    const [code] = await closed;
    assert.equal(code, 130, errors);
    assert.match(errors, /interrupted; nothing was left behind/);
    assert.deepEqual(readdirSync(folder), []);
    assert.deepEqual(processesOf(folder), []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('Ctrl-C while the stage is set leaves nothing behind', () => interruptAt(/ fleet /, 'group'));
test('a demo that is told to stop during the fire leaves nothing behind', () => interruptAt(/ FIRE /, 'process'));
test('Ctrl-C during the fire leaves nothing behind', () => interruptAt(/ FIRE /, 'group'));
