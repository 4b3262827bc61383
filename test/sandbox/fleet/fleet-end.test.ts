import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { startFleet } from '../../../sandbox/fleet/fleet.ts';
import {
  eventually,
  member,
  processesWith,
  runToEnd,
  startScript,
  tracesOf,
} from '../../support/sandbox/fleet-helpers.ts';

const FLEET = join(import.meta.dirname, '../../../sandbox/fleet/fleet.ts');

describe('the end of a fleet', () => {
  it('leaves nothing behind when its process is killed', async () => {
    const script = `const { startFleet } = await import(${JSON.stringify(FLEET)});
      const fleet = await startFleet({ instances: 2 });
      fleet.startCrowd(fleet.instances[0].id, 2);
      console.log(fleet.instances.map((instance) => instance.id).join(' '));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    assert.ok(child.stdout);
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const ids = String(line).split(' ');
    assert.equal(ids.length, 2);
    assert.notDeepEqual(tracesOf(ids), []);
    await eventually('the job with its loops runs', () => processesWith(`EXPORT_OF=${ids[0]}`).length >= 3);
    child.kill('SIGKILL');
    await eventually('all traces are gone', () => tracesOf(ids).length === 0);
  });
});

describe('a fleet without namespaces', () => {
  it('runs, kills and measures the same, and says that its instances see each other', async () => {
    const fleet = await startFleet({ instances: 2, isolation: 'session' });
    const ids = fleet.instances.map((instance) => instance.id);
    try {
      assert.equal(fleet.isolation, 'session');
      assert.equal(fleet.sharedNetwork, 'they have no namespaces');
      const first = member(fleet, 0);
      const outcome = await runToEnd(first, 'pwd; echo "$TMPDIR"; exit 3');
      assert.equal(outcome.exitCode, 3);
      assert.match(outcome.stdout.toString(), new RegExp(`^/usr/bin\\n.*/${first.id}/tmp\\n$`));
      const script = startScript(first, 'sleep 7774 & sleep 7774');
      await eventually('it runs', () => processesWith('sleep\x007774').length === 2);
      script.cancel();
      assert.equal((await script.outcome).ended, 'cancel');
      await eventually('its group is gone', () => processesWith('sleep\x007774').length === 0);
      fleet.startCrowd(first.id, 2);
      await eventually('the job with its loops runs', () => processesWith(`EXPORT_OF=${first.id}`).length >= 3);
      await fleet.stopJob(first.id);
      await eventually('the job is gone', () => processesWith(`EXPORT_OF=${first.id}`).length === 0);
      const used = first.cpuSeconds();
      await eventually('its CPU time grows', () => first.cpuSeconds() > used);
    } finally {
      await fleet.close();
    }
    assert.deepEqual(tracesOf(ids), []);
  });
});
