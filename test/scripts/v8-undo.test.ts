/** What the V8 engine leaves when it, or a part of it, dies: nothing. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { engineCommand, engineEnvironment } from '../../bench/attach/engine-text.ts';
import { descendants, inspectorOpen, runsNode } from '../../bench/attach/processes.ts';
import { folder } from '../support/scripts/remote-script.ts';
import { BUSY, NOTHING_LEFT, noVisits, startEngine, startTarget, type Target } from '../support/scripts/v8-targets.ts';
import { until } from '../support/until.ts';

const skip = noVisits() ?? false;
const PATIENCE_MS = 30_000;

function opened(target: Target): Promise<true> {
  return until(PATIENCE_MS, 'the port opens', async () => inspectorOpen(target.pid) || undefined);
}

async function assertClean(target: Target): Promise<void> {
  await until(PATIENCE_MS, 'the port closes', async () => !inspectorOpen(target.pid) || undefined);
  await until(PATIENCE_MS, 'the profile is dropped', async () => {
    const state = (await target.state()) as typeof NOTHING_LEFT;
    return (state.sessions === 0 && state.left === 0) || undefined;
  });
  assert.deepEqual(await target.state(), NOTHING_LEFT);
  assert.ok(target.alive);
}

function begin(t: TestContext, target: Target, seconds = 0.5) {
  const settings = { v8_keep_seconds: '2', test_pause: 'yes' };
  return startEngine(t, [target.pid], { seconds, settings });
}

test('the profile ends by itself and is dropped when nobody comes for it', { skip }, async (t) => {
  const target = await startTarget(t, { source: BUSY });
  const engine = begin(t, target, 3);
  await new Promise((resolve) => engine.child.stdout?.once('data', resolve));
  engine.child.kill('SIGKILL');
  assert.deepEqual(await target.state(), { sessions: 1, left: 1, open: false });
  await assertClean(target);
});

for (const phase of ['start', 'end'] as const) {
  test(`a visitor that is killed at the ${phase} of the recording leaves nothing`, { skip }, async (t) => {
    const target = await startTarget(t, { source: BUSY });
    const engine = begin(t, target);
    if (phase === 'end') {
      await new Promise((resolve) => engine.child.stdout?.once('data', resolve));
      engine.child.stdin?.write('\n');
    }
    await opened(target);
    for (const pid of descendants(engine.child.pid as number).filter(runsNode)) process.kill(pid, 'SIGKILL');
    engine.child.stdin?.write('\n');
    await engine.done;
    await assertClean(target);
  });

  test(`a shell that is killed at the ${phase} of the recording leaves nothing`, { skip }, async (t) => {
    const target = await startTarget(t, { source: BUSY });
    const engine = begin(t, target);
    if (phase === 'end') {
      await new Promise((resolve) => engine.child.stdout?.once('data', resolve));
      engine.child.stdin?.write('\n');
    }
    await opened(target);
    engine.child.kill('SIGKILL');
    await assertClean(target);
  });
}

const PBKDF2 = `
const { pbkdf2Sync } = await import('node:crypto');
const derive = (rounds) => pbkdf2Sync('a', 'b', rounds, 64, 'sha512');
const before = performance.now();
derive(200000);
const rounds = Math.round((200000 * 6000) / (performance.now() - before));
`;
const blocking: readonly [where: string, reason: string, head: string, code: string][] = [
  ['a loop of its own', 'LOOP_BLOCKED', '', 'const end = Date.now() + 6000; while (Date.now() < end);'],
  ['native code', 'NO_PORT', PBKDF2, 'derive(rounds);'],
];
for (const [where, reason, head, code] of blocking) {
  test(`a process that is stuck in ${where} is given up, and its port closed when it is free again`, {
    skip,
  }, async (t) => {
    const source =
      // Stuck at once: a port that opens before would be another case. What it says before goes through a pipe, which
      // Node writes synchronously.
      `${head}function order() { say({ stuck: true }); ${code} say({ free: true }); }\n`;
    const target = await startTarget(t, { source });
    target.say('block');
    assert.deepEqual(await target.next(), { stuck: true });
    const startedAt = Date.now();
    const { facts } = await startEngine(t, [target.pid]).done;
    assert.equal(facts[0]?.reason, reason, JSON.stringify(facts));
    assert.ok(Date.now() - startedAt < 20_000);
    assert.deepEqual(await target.next(), { free: true });
    await until(
      PATIENCE_MS,
      'the port has been open',
      async () => /Debugger listening/.test(target.errors) || undefined,
    );
    await assertClean(target);
  });
}

test("somebody else's debugger that came meanwhile is not thrown out, and does not make the process hang", {
  skip,
}, async (t) => {
  const target = await startTarget(t, { source: BUSY });
  const attach = `
    const look = async () => {
      const list = await fetch('http://127.0.0.1:9229/json/list')
        .then((answer) => answer.json()).catch(() => undefined);
      if (list === undefined) return setTimeout(look, 10);
      const socket = new WebSocket(list[0].webSocketDebuggerUrl);
      socket.onopen = () => console.log('attached');
      process.stdin.on('data', () => process.exit()).resume();
    };
    look();`;
  const network = ['--target', String(target.pid), '--net'];
  const debug = spawn('nsenter', [...network, process.execPath, '-e', attach], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => debug.kill('SIGKILL'));
  const engine = startEngine(t, [target.pid], { settings: { v8_watch_for: '4', v8_keep_seconds: '2' } });
  await once(debug.stdout as NodeJS.ReadableStream, 'data');
  const { facts } = await engine.done;
  assert.equal(facts[0]?.leftOpen, true, JSON.stringify(facts));
  assert.deepEqual(((await target.state()) as typeof NOTHING_LEFT).open, true);
  debug.stdin?.write('leave\n');
  await assertClean(target);
});

test('what was left open when everything was killed at once is closed by the next run', { skip }, async (t) => {
  const target = await startTarget(t, { source: BUSY });
  const marks = join(folder(t), 'marks');
  process.kill(target.pid, 'SIGUSR1');
  await opened(target);
  const stat = readFileSync(`/proc/${target.pid}/stat`, 'latin1');
  const born = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  writeFileSync(marks, `999999 1 abc\n${target.pid} ${born} 0123456789abcdef\n`);
  const recover = engineCommand('v8_recover');
  await once(spawn('sh', ['-c', recover], { env: engineEnvironment(folder(t), { v8_marks: marks }) }), 'exit');
  await assertClean(target);
  assert.equal(existsSync(marks), false);
});

test('a port that was opened by somebody else is not closed by the next run', { skip }, async (t) => {
  const target = await startTarget(t, { source: BUSY });
  const marks = join(folder(t), 'marks');
  process.kill(target.pid, 'SIGUSR1');
  await opened(target);
  writeFileSync(marks, `${target.pid} 1 0123456789abcdef\n`);
  const recover = engineCommand('v8_recover');
  await once(spawn('sh', ['-c', recover], { env: engineEnvironment(folder(t), { v8_marks: marks }) }), 'exit');
  assert.equal(((await target.state()) as typeof NOTHING_LEFT).open, true);
});
