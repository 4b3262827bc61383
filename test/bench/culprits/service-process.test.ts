/** How the culprit benchmark finds and stops what a scenario starts. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findScenarios, incompleteFolders } from '../../../bench/culprits/scenario.ts';
import { type RunningService, startService } from '../../../bench/culprits/service-process.ts';

const root = mkdtempSync(join(tmpdir(), 'culprit scenarios '));
after(() => rmSync(root, { recursive: true, force: true }));

async function withService(source: string, use: (service: RunningService) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(root, 'a scenario '));
  writeFileSync(join(folder, 'service.js'), source);
  const service = startService(folder, true);
  try {
    await use(service);
  } finally {
    await service.stop();
  }
}

async function until(test: () => boolean): Promise<void> {
  for (let tries = 0; !test(); tries++) {
    assert.ok(tries < 500, 'it never came to be');
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a process that gave itself a title is still the service', async () => {
  await withService("process.title = 'shop'; setInterval(() => {}, 1000);", async (service) => {
    await until(() => service.pids().length === 1 && existsSync(`/tmp/perf-${service.pids()[0]}.map`));
  });
});

test('a service without flags leaves perf no names, and is found all the same', async () => {
  const folder = mkdtempSync(join(root, 'a scenario '));
  const marker = join(folder, 'flags');
  const source =
    `require('node:fs').writeFileSync(${JSON.stringify(marker)}, process.execArgv.join()); ` +
    'setInterval(() => {}, 1000);';
  writeFileSync(join(folder, 'service.js'), source);
  const service = startService(folder, true, { flags: false });
  try {
    await until(() => existsSync(marker) && service.pids().length === 1);
    assert.ok(!existsSync(`/tmp/perf-${service.pids()[0]}.map`));
  } finally {
    await service.stop();
  }
});

test('forked workers are the service, other programs it starts are not; all end with it, their maps too', async () => {
  const source = `
    const { fork, spawn } = require('node:child_process');
    if (process.argv[2] === undefined) {
      fork(__filename, ['worker']);
      spawn('sleep', ['600'], { stdio: 'ignore' });
    }
    setInterval(() => {}, 1000);`;
  let all: readonly number[] = [];
  await withService(source, async (service) => {
    await until(() => service.pids().length === 2 && service.everyPid().length === 3);
    await until(() => service.pids().every((pid) => existsSync(`/tmp/perf-${pid}.map`)));
    all = service.everyPid();
  });
  await until(() => !all.some(isAlive));
  assert.ok(!all.some((pid) => existsSync(`/tmp/perf-${pid}.map`)));
});

test('a daemon that left session and parent ends with the service', async () => {
  const source =
    "require('node:child_process').spawn('sh', ['-c', 'setsid sleep 600 & exit 0'], { stdio: 'ignore' }); " +
    'setInterval(() => {}, 1000);';
  let all: readonly number[] = [];
  await withService(source, async (service) => {
    await until(() => service.everyPid().length === 2);
    all = service.everyPid();
  });
  await until(() => !all.some(isAlive));
});

test('a service that ends says so with what it wrote', async () => {
  await withService("throw new Error('no database');", async (service) => {
    await until(() => service.ended() !== undefined);
    assert.match(service.ended() ?? '', /^ended with 1: .*no database/s);
    assert.deepEqual(service.pids(), []);
  });
});

test('folders are scenarios when they have a service; expectations without one are reported', () => {
  const names = findScenarios(root, []).map(({ name }) => name);
  assert.ok(names.length > 0 && names.every((name) => name.startsWith('a scenario ')));
  const lonely = mkdtempSync(join(root, 'only-an-expectation-'));
  writeFileSync(join(lonely, 'expect.json'), '{}');
  assert.deepEqual(incompleteFolders(root, []), [lonely.slice(root.length + 1)]);
});
