// The stubs are shell, where ${0%/*} is a folder.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is shell's
/** `--install-perf` on each distribution, whose package managers are stubs that note how they were called. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folder, noPerf, run } from '../support/scripts/remote-script.ts';
import { mounted, noMounts, pathWith } from '../support/scripts/surroundings.ts';

const INSTALL = ['run', '--id', 'x', '--seconds', '1', '--pid', `${process.pid}`, '--install-perf'];
const MANAGERS = ['apt-get', 'dnf', 'microdnf', 'yum', 'zypper', 'apk'] as const;
type Manager = (typeof MANAGERS)[number];

interface Distribution {
  /** Its os-release; null: it has none. */
  readonly release: string | null;
  /** Shell of each package manager that is there; what it does when it is called. */
  readonly managers?: Partial<Readonly<Record<Manager, string>>>;
  readonly programs?: Readonly<Record<string, string>>;
  readonly mounts?: string;
  readonly args?: readonly string[];
}

const AMAZON_2 = 'NAME="Amazon Linux"\nVERSION="2"\nID="amzn"\nID_LIKE="centos rhel fedora"\nVERSION_ID="2"\n';
const AMAZON_2023 = 'NAME="Amazon Linux"\nVERSION="2023"\nID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\n';
const UBUNTU = 'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n';
const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n';
const NOT_FOUND = 'echo "E: Unable to locate package $name"; exit 100';
const UNAME = 'case ${1:-} in -r) echo 6.8.0-1021-aws ;; *) exec /bin/uname "$@" ;; esac';

/** Runs the script on it. `calls` are the commands, with the last word (the package) as `$name` for the stubs. */
async function install(t: TestContext, distribution: Distribution) {
  const dir = folder(t);
  const log = join(dir, 'calls');
  const stubs = MANAGERS.map((manager): [string, string | null] => {
    const does = distribution.managers?.[manager];
    const note = `printf '%s\n' "${manager} $*" >>${log}; for name; do :; done`;
    return [manager, does === undefined ? null : `${note}\n${does}`];
  });
  const programs = { perf: null, uname: UNAME, ...Object.fromEntries(stubs), ...distribution.programs };
  const path = pathWith(t, programs);
  writeFileSync(join(dir, 'os-release'), distribution.release ?? '');
  // /etc/os-release is a link to the other.
  const release = `mount --bind ${join(dir, 'os-release')} /usr/lib/os-release`;
  const shell = mounted(`${release}\n${distribution.mounts ?? ''}`);
  const env = { SMOKEJUMPER_PATH: path };
  const ran = await run(distribution.args ?? INSTALL, { dir: join(dir, 'base'), shell, env });
  const calls = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
  return { ...ran, calls, path, message: String(ran.report.message), hint: String(ran.report.hint) };
}

/** What a stub does to install the perf of this machine. */
const INSTALLS = 'ln -s /usr/bin/perf "${0%/*}/perf"';
/** …and one that may not record: what comes after the installation is not of interest. */
const INSTALLS_DENIED =
  'printf \'#!/bin/sh\\n[ "$1" != version ] || exec echo perf version 9.9\\nexit 255\\n\' >"${0%/*}/perf"; ' +
  'chmod 755 "${0%/*}/perf"';

/** As apt is called for each of the two steps. */
function apt(step: string, name: string): string {
  const options = '-y -q --no-install-recommends --no-remove --no-upgrade -o DPkg::Lock::Timeout=20';
  return `apt-get ${step} ${options} install ${name}`;
}

const skip = noMounts() ?? false;

const COMMANDS: readonly (readonly [string, Distribution, readonly string[]])[] = [
  ['Amazon Linux 2', { release: AMAZON_2, managers: { yum: INSTALLS_DENIED } }, ['yum -y install perf']],
  [
    'Amazon Linux 2023, where yum is dnf',
    { release: AMAZON_2023, managers: { dnf: INSTALLS_DENIED, yum: 'exit 1' } },
    ['dnf -y --setopt=install_weak_deps=False install perf'],
  ],
  [
    'Rocky Linux',
    { release: 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', managers: { dnf: INSTALLS_DENIED } },
    ['dnf -y --setopt=install_weak_deps=False install perf'],
  ],
  [
    'a distribution that only says what it is like, in a container with microdnf',
    { release: 'ID="ourlinux"\nID_LIKE="rhel fedora"\n', managers: { microdnf: INSTALLS_DENIED } },
    ['microdnf -y --setopt=install_weak_deps=0 install perf'],
  ],
  ['Debian', { release: DEBIAN, managers: { 'apt-get': INSTALLS_DENIED } }, [apt('--download-only', 'linux-perf')]],
  [
    'Ubuntu, for exactly the running kernel',
    { release: UBUNTU, managers: { 'apt-get': `case $1 in --no-download) ${INSTALLS_DENIED} ;; esac` } },
    [apt('--download-only', 'linux-tools-6.8.0-1021-aws'), apt('--no-download', 'linux-tools-6.8.0-1021-aws')],
  ],
  [
    'openSUSE',
    { release: 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', managers: { zypper: INSTALLS_DENIED } },
    ['zypper --non-interactive install --no-recommends perf'],
  ],
  [
    'SUSE',
    { release: 'ID="sles"\n', managers: { zypper: INSTALLS_DENIED } },
    ['zypper --non-interactive install --no-recommends perf'],
  ],
  ['Alpine', { release: 'ID=alpine\n', managers: { apk: INSTALLS_DENIED } }, ['apk add --no-cache perf']],
];

for (const [name, distribution, expected] of COMMANDS) {
  test(`perf is installed on ${name}`, { skip }, async (t) => {
    const { calls, report, stderr } = await install(t, distribution);
    // It went on to record, which these stubs do not permit.
    assert.equal(report.code, 'PERF_NOT_PERMITTED', stderr);
    assert.deepEqual(calls.slice(0, expected.length), expected);
    assert.ok(calls.length <= 2);
  });
}

test('on Ubuntu the wrapper alone is no perf: the tools of another kernel are taken', { skip }, async (t) => {
  const wrapper =
    'printf \'#!/bin/sh\\necho "WARNING: perf not found for kernel 6.8.0" >&2; exit 2\\n\' >"${0%/*}/perf"';
  const apt_get =
    `case "$1 $name" in --no-download*linux-tools-aws) ${INSTALLS_DENIED} ;; ` +
    `--no-download*) ${wrapper}; chmod 755 "\${0%/*}/perf" ;; esac`;
  const { calls, report } = await install(t, { release: UBUNTU, managers: { 'apt-get': apt_get } });
  assert.equal(report.code, 'PERF_NOT_PERMITTED');
  assert.equal(calls.at(-1), apt('--no-download', 'linux-tools-aws'));
});

test('lists of packages are renewed only when nothing was found in those that are there', { skip }, async (t) => {
  const seen = `case $* in *update) : >"\${0%/*}/fresh" ;; esac; [ -e "\${0%/*}/fresh" ] || { ${NOT_FOUND}; }`;
  const managers = { 'apt-get': `${seen}\ncase $1 in --no-download) ${INSTALLS_DENIED} ;; esac` };
  const { calls, report } = await install(t, { release: DEBIAN, managers });
  assert.equal(report.code, 'PERF_NOT_PERMITTED');
  assert.deepEqual(calls, [
    apt('--download-only', 'linux-perf'),
    'apt-get -q update',
    apt('--download-only', 'linux-perf'),
    apt('--no-download', 'linux-perf'),
  ]);
});

test('an installation asks nothing, restarts nothing, and inherits neither our umask nor our lock', {
  skip,
}, async (t) => {
  const probe =
    'echo "Error: $DEBIAN_FRONTEND $NEEDRESTART_MODE $NEEDRESTART_SUSPEND $(umask) $(readlink /proc/self/fd/0)';
  const managers = { dnf: `${probe} $(ls /proc/self/fd | grep -c 9)"; exit 1` };
  const { code, message, hint } = await install(t, { release: AMAZON_2023, managers });
  assert.equal(code, 71);
  assert.equal(message, 'Could not install perf with dnf: Error: noninteractive l 1 0022 /dev/null 0.');
  assert.equal(hint, "Run this on the instance: 'dnf install perf', or set CAPTURE_INSTALL_PERF=on.");
});

test('why it failed is said in the words of the package manager, for the package that should be there', {
  skip,
}, async (t) => {
  const { calls, message } = await install(t, { release: UBUNTU, managers: { 'apt-get': NOT_FOUND } });
  assert.equal(message, 'Could not install perf with apt-get: E: Unable to locate package update.');
  assert.equal(calls.length, 5);
});

test('another package manager at work is waited for', { skip }, async (t) => {
  const locked = 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 12 (unattended-upgr)';
  const once = `[ -e "\${0%/*}/tried" ] || { : >"\${0%/*}/tried"; echo "${locked}"; exit 100; }`;
  const managers = { 'apt-get': `${once}\ncase $1 in --no-download) ${INSTALLS_DENIED} ;; esac` };
  const { calls, report } = await install(t, { release: DEBIAN, managers, programs: { sleep: '' } });
  assert.equal(report.code, 'PERF_NOT_PERMITTED');
  assert.deepEqual(calls.slice(0, 2), [apt('--download-only', 'linux-perf'), apt('--download-only', 'linux-perf')]);
});

test('what takes too long is stopped, and said with what it waited for', { skip }, async (t) => {
  // The script's own limit, noted and shortened.
  const limit = 'echo "limit $1" >>"${0%/*}/limits"; shift; exec /usr/bin/timeout 1 "$@"';
  const managers = { dnf: 'echo "Waiting for process with pid 12 to finish."; exec /bin/sleep 60' };
  const { path, message } = await install(t, { release: AMAZON_2023, managers, programs: { timeout: limit } });
  assert.equal(message, 'Could not install perf with dnf within 120 s: Waiting for process with pid 12 to finish.');
  const limits = readFileSync(join(path, 'limits'), 'utf8');
  assert.match(limits, /^limit 1(20|19)$/m);
});

test('what takes too long to unpack is not interrupted: it is said, and goes on by itself', { skip }, async (t) => {
  // Waiting costs no time here, but to the package manager, which unpacks until it is let go.
  const slow =
    'case $1 in --no-download) ' + 'until [ -e "${0%/*}/go" ]; do /bin/sleep 0.1; done; : >"${0%/*}/unpacked" ;; esac';
  const { path, message } = await install(t, {
    release: DEBIAN,
    managers: { 'apt-get': slow },
    programs: { sleep: '' },
  });
  assert.match(message, /^Could not install perf with apt-get within 60 s after fetching it; it goes on by itself\.$/);
  const changes = watch(path);
  t.after(() => changes.close());
  writeFileSync(join(path, 'go'), '');
  while (!existsSync(join(path, 'unpacked'))) await once(changes, 'change');
});

test('where packages cannot be installed that is said, with what to do instead', { skip }, async (t) => {
  const bottlerocket = { release: 'NAME=Bottlerocket\nID=bottlerocket\nPRETTY_NAME="Bottlerocket OS 1.30"\n' };
  const one = await install(t, bottlerocket);
  assert.equal(one.report.code, 'PERF_MISSING');
  assert.match(one.message, /it cannot be installed: packages cannot be installed on Bottlerocket\.$/);
  assert.match(one.hint, /privileged container with perf that shares the PID namespace of the host/);
  const inside = await install(t, {
    release: AMAZON_2023,
    managers: { dnf: '' },
    mounts: 'mount -t tmpfs tmpfs /run; : >/run/ostree-booted',
  });
  assert.match(inside.message, /the system is an image \(OSTree\)\.$/);
  assert.deepEqual(inside.calls, []);
});

test('a distribution that nobody knows, or a known one without its package manager, is named', { skip }, async (t) => {
  const unknown = await install(t, { release: 'ID=slackware\nPRETTY_NAME="Slackware 15.0"\n' });
  assert.match(unknown.message, /does not know how to install packages on Slackware 15\.0\.$/);
  const bare = await install(t, { release: UBUNTU });
  assert.match(bare.message, /does not know how to install packages on Ubuntu 24\.04\.3 LTS\.$/);
  const none = await install(t, { release: null });
  assert.match(none.message, /on a system without os-release\.$/);
});

test('without --install-perf nothing is installed, and the command is given', { skip }, async (t) => {
  const args = INSTALL.slice(0, -1);
  const { report, calls, hint } = await install(t, { release: UBUNTU, managers: { 'apt-get': INSTALLS }, args });
  assert.deepEqual([report.code, calls], ['PERF_MISSING', []]);
  assert.match(hint, /'apt-get install linux-tools-6\.8\.0-1021-aws', or set CAPTURE_INSTALL_PERF=on/);
});

test('a recording that begins late because perf was installed first says both', {
  skip: skip || (noPerf() ?? false),
}, async (t) => {
  const args = [...INSTALL, '--start-at', String(Math.floor(Date.now() / 1000) - 5)];
  const { code, report, stderr } = await install(t, { release: AMAZON_2, managers: { yum: INSTALLS }, args });
  assert.equal(code, 0, stderr);
  const warnings = report.warnings as readonly string[];
  assert.match(
    warnings[0] ?? '',
    /^perf was installed on this host for the capture \(perf, by yum\), which took \d+ s\.$/,
  );
  assert.match(warnings[1] ?? '', /^The recording began \d+\.\d+ s after the planned start\.$/);
});
