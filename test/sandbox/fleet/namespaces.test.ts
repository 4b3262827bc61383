import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type RunningFleet, startFleet } from '../../../sandbox/fleet/fleet.ts';
import { whyNoOwnNetwork } from '../../../sandbox/fleet/network/own-network.ts';
import {
  eventually,
  linesOf,
  member,
  processesWith,
  runToEnd,
  startScript,
  tracesOf,
} from '../../support/sandbox/fleet-helpers.ts';

/** A user namespace would do for some of this, but not for perf and cgroups. */
const skip = process.getuid?.() === 0 ? canUnshare() : 'needs root, to make namespaces';

function canUnshare(): false | string {
  const tried = spawnSync('unshare', ['--pid', '--mount', '--uts', '--ipc', '--fork', '--mount-proc', 'true']);
  return tried.status === 0 ? false : 'this machine does not let root make namespaces';
}

const skipNetwork = skip || (whyNoOwnNetwork() ?? false);

describe('a fleet of instances in namespaces', { skip }, () => {
  let fleet: RunningFleet;
  let ids: string[] = [];

  before(async () => {
    fleet = await startFleet({ isolation: 'namespaces', groupName: 'web-test' });
    ids = fleet.instances.map((instance) => instance.id);
  });

  after(async () => {
    await fleet.close();
    assert.deepEqual(tracesOf(ids), [], 'nothing is left behind');
  });

  it('has three instances that look like EC2 instances of one group', () => {
    assert.equal(new Set(ids).size, 3);
    for (const instance of fleet.instances) {
      assert.match(instance.id, /^i-[0-9a-f]{17}$/);
      assert.equal(instance.groupName, 'web-test');
      assert.equal(instance.state, 'online');
      assert.ok(instance.cpuSeconds() > 0);
    }
  });

  it('shows each instance only its own processes, under its own host name', async () => {
    const script = 'hostname; for exe in /proc/[0-9]*/exe; do readlink "$exe"; done | grep -c /node$';
    const [own, nodes] = await linesOf(member(fleet, 0), script);
    assert.equal(own, `ip-${member(fleet, 0).privateIp.replaceAll('.', '-')}`);
    assert.notEqual(own, hostname());
    assert.equal(nodes, '3', 'a primary and two workers');
  });

  it('gives each instance its own /tmp, with the maps of its own processes', async () => {
    const maps = await linesOf(member(fleet, 0), 'touch /tmp/only-here; ls /tmp/perf-*.map');
    assert.equal(maps.length, 3);
    assert.deepEqual(await linesOf(member(fleet, 1), 'ls /tmp | grep only-here || :'), []);
    assert.equal(existsSync('/tmp/only-here'), false);
  });

  it('gives each instance its own network, where V8 can open its one port', { skip: skipNetwork }, async () => {
    assert.equal(fleet.sharedNetwork, null);
    const interfaces = await linesOf(member(fleet, 0), "sed -n 's/^ *\\([^ ]*\\):.*/\\1/p' /proc/net/dev");
    assert.deepEqual(interfaces, ['lo']);
    const listen = (then: string) => `/srv/node/bin/node -e '
      require("node:net").createServer().listen(9229, "127.0.0.1", () => { console.log("up"); ${then} })'`;
    const first = startScript(member(fleet, 0), listen(''));
    const held = `grep -c ':240D .* 0A ' /proc/net/tcp || :`;
    await eventually('the first listens', async () => (await linesOf(member(fleet, 0), held))[0] === '1');
    assert.deepEqual(await linesOf(member(fleet, 1), `${held}; ${listen('process.exit()')}`), ['0', 'up']);
    first.cancel();
    assert.equal((await first.outcome).stdout.toString(), 'up\n');
  });

  it('shows each instance the CPU time of its own processes on its own vCPUs', async () => {
    const ticks = async (index: number) => {
      const lines = await linesOf(member(fleet, index), 'cat /proc/stat');
      const [cpu = '', ...others] = lines;
      assert.equal(others.filter((line) => /^cpu\d/.test(line)).length, 2);
      const [user = 0, , system = 0, idle = 0] = cpu.split(/\s+/).slice(1).map(Number);
      return { busy: user + system, idle };
    };
    const [hot, peer] = [await ticks(0), await ticks(1)];
    await linesOf(member(fleet, 0), 'i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done');
    const hotUsed = await eventually('its own /proc/stat moves', async () => {
      const now = await ticks(0);
      return now.busy >= hot.busy + 20 ? now : null;
    });
    const peerUsed = await ticks(1);
    assert.ok(hotUsed.idle >= hot.idle);
    assert.ok(hotUsed.busy - hot.busy > peerUsed.busy - peer.busy, 'the peer does not see the work of the other');
    const loadavg = await linesOf(member(fleet, 0), 'cat /proc/loadavg');
    assert.match(loadavg[0] ?? '', /^\d+\.\d\d \d+\.\d\d \d+\.\d\d \d+\/\d+ \d+ *$/);
  });

  it('runs a script as the agent does', async () => {
    const instance = member(fleet, 0);
    const script =
      'pwd; id -u; echo "$AWS_SSM_INSTANCE_ID $SSM_COMMAND_ID $SMOKEJUMPER_V8_MIN_AGE"; cat; echo oops >&2; exit 7';
    const run = { commandId: 'c-1', commands: [script], timeoutSeconds: 10 };
    const outcome = await instance.run(run).outcome;
    assert.deepEqual(
      { ...outcome, stdout: outcome.stdout.toString(), stderr: outcome.stderr.toString() },
      { exitCode: 7, ended: 'exit', stdout: `/usr/bin\n0\n${instance.id} c-1 0\n`, stderr: 'oops\n' },
    );
    const bash = await instance.run({ ...run, commands: ['#!/bin/bash', 'echo $((2 ** 3))'] }).outcome;
    assert.equal(bash.stdout.toString(), '8\n');
    const elsewhere = await instance.run({ ...run, commands: ['pwd'], workingDirectory: '/srv' }).outcome;
    assert.equal(elsewhere.stdout.toString(), '/srv\n');
    assert.deepEqual(await linesOf(instance, 'ls -d /var/lib/amazon/ssm/*/document/orchestration/c-1 || :'), []);
  });

  it('kills the whole process group when the time is over and when it is cancelled', async () => {
    const family = (mark: string) => `sh -c 'sleep ${mark}; :' & (sleep ${mark}; :) & echo up; sleep ${mark}`;
    const late = await startScript(member(fleet, 0), family('7771'), 1).outcome;
    assert.equal(late.ended, 'timeout');
    assert.equal(late.exitCode, 137);
    assert.equal(late.stdout.toString(), 'up\n');
    const cancelled = startScript(member(fleet, 0), family('7772'));
    await eventually('its processes run', () => processesWith('sleep\x007772').length === 3);
    cancelled.cancel();
    assert.equal((await cancelled.outcome).ended, 'cancel');
    assert.equal((await cancelled.outcome).exitCode, 137);
    const gone = () => processesWith('sleep\x00777').length === 0;
    assert.equal(await eventually('grandchildren are gone too', gone), true);
  });

  it('keeps a command in progress while a child in the background holds its output', async () => {
    const outcome = await runToEnd(
      member(fleet, 0),
      '(until [ -e /tmp/go ]; do sleep 0.02; done; echo late) & sleep 0.1; touch /tmp/go',
    );
    assert.equal(outcome.stdout.toString(), 'late\n');
  });

  it('shows perf in an instance its own processes by their own numbers, with JavaScript names', async (t) => {
    if (spawnSync('perf', ['version']).status !== 0) return t.skip('needs perf');
    const script = `cd /tmp && perf record -e cpu-clock -F 199 -g -a -o p.data -- sleep 2 >/dev/null 2>&1
      perf script -i p.data -F pid,comm | awk '{ print "P", $NF }' | sort -u
      perf script -i p.data -F ip,sym,dso |
        sed -n 's/.*JS:[*^~+'"'"']*\\([A-Za-z]*\\) .*perf-\\([0-9]*\\).map.*/S \\2 \\1/p' |
        sort -u
      for task in /proc/[0-9]*; do echo "L \${task##*/}"; done
      echo "M $$"; sh -c 'echo "M $$"'`;
    const lines = (await linesOf(member(fleet, 2), script)).map((line) => line.split(' '));
    const second = (kind: string) => lines.filter(([first]) => first === kind).map((fields) => fields[1] ?? '');
    const nodes = new Set(second('S'));
    assert.ok(nodes.size > 0 && nodes.size <= 3, 'maps of this instance only');
    for (const pid of nodes) assert.ok(second('L').includes(pid));
    const names = lines.filter(([first]) => first === 'S').map((fields) => fields[2]);
    // Which of them is met is chance: 2 s of a quarter of a core are a hundred samples.
    const own = ['receiveMail', 'parseHTML', 'tokenize', 'sanitise', 'indexMail', 'countWords', 'compress'];
    assert.ok(
      own.some((name) => names.includes(name)),
      `among ${names.join(' ')}`,
    );
    // Pids of the machine are far above the few hundred that an instance has used; they are hidden as 0 or -1.
    const newest = Math.max(...second('M').map(Number));
    const foreign = second('P').filter((pid) => Number(pid) > newest);
    assert.deepEqual(foreign, []);
  });

  it('uses CPU on the overloaded instance and on no other, and stops with the overload', async () => {
    const [hot, peer] = [member(fleet, 1), member(fleet, 0)];
    const cores = async (seconds: number) => {
      const [from, hotFrom, peerFrom] = [performance.now(), hot.cpuSeconds(), peer.cpuSeconds()];
      await eventually('time passes', () => performance.now() - from > seconds * 1000);
      const passed = (performance.now() - from) / 1000;
      return { hot: (hot.cpuSeconds() - hotFrom) / passed, peer: (peer.cpuSeconds() - peerFrom) / passed };
    };
    await fleet.startOverload(hot.id);
    const burning = await eventually('it burns', async () => {
      const now = await cores(1);
      return now.hot > 2 * now.peer && now.hot > 0.3 ? now : null;
    });
    assert.ok(burning.hot < 1.5, `the fire is bounded: ${burning.hot} cores`);
    await fleet.stopOverload(hot.id);
    await eventually('it is put out', async () => {
      const now = await cores(1);
      return now.hot < 2 * now.peer;
    });
  });

  it('has an agent that can be offline, and keeps a terminated instance as a memory', async () => {
    const last = member(fleet, 2);
    fleet.setOffline(last.id, true);
    assert.equal(last.state, 'offline');
    fleet.setOffline(last.id, false);
    assert.equal(last.state, 'online');
    const running = startScript(last, 'sleep 7773');
    await eventually('it runs', () => processesWith('sleep\x007773').length > 0);
    await fleet.terminate(last.id);
    assert.equal(last.state, 'terminated');
    assert.equal((await running.outcome).exitCode, 137);
    const used = last.cpuSeconds();
    assert.ok(used > 0);
    assert.equal(last.cpuSeconds(), used);
    fleet.setOffline(last.id, false);
    assert.equal(last.state, 'terminated');
    assert.throws(() => startScript(last, 'true'), /terminated/);
  });
});

describe('a fleet without flags for Node', { skip }, () => {
  it('has services that write no maps', async () => {
    const fleet = await startFleet({ instances: 1, isolation: 'namespaces', nodeFlags: [] });
    try {
      assert.deepEqual(await linesOf(member(fleet, 0), 'ls /tmp'), []);
      const flags = `for exe in /proc/[0-9]*/exe; do
        [ "$(readlink "$exe")" != /srv/node/bin/node ] || tr '\\0' '\\n' <"\${exe%exe}cmdline" | grep -c ^- || :
      done`;
      assert.deepEqual(await linesOf(member(fleet, 0), flags), ['0', '0', '0']);
    } finally {
      await fleet.close();
    }
  });
});

describe('the question whether instances can have their own networks', { skip: skipNetwork }, () => {
  it('is answered with what is missing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'programs-'));
    try {
      assert.match(whyNoOwnNetwork(folder) ?? '', /unshare ENOENT/);
      for (const program of ['unshare', 'sh']) {
        const { stdout } = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
        symlinkSync(stdout.trim(), join(folder, program));
      }
      assert.match(whyNoOwnNetwork(folder) ?? '', /ip: .*not found/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
