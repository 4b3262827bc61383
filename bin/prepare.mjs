// Installs what is missing, so that `npm test`, `npm run demo` and `npm start` work on a fresh clone.
// Plain JavaScript that Node 18 and later can run: it must work before anything is installed.
// Flags: --system also installs perf (root and apt-get only); --dev also what only the tests need.
// SMOKEJUMPER_NO_APT=1 leaves the system alone: what is missing is then skipped or fails with a clear message.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const ownNode = join(root, 'node_modules/.bin/node');
const flags = new Set(process.argv.slice(2));

/** Command → Debian package. What only tests need comes with --dev. */
const SYSTEM = { perf: 'linux-perf' };
const SYSTEM_DEV = {
  chromium: 'chromium',
  shellcheck: 'shellcheck',
  shfmt: 'shfmt',
  // Another client of this name, as pip installs it, speaks other protocols.
  '/usr/bin/aws': 'awscli',
  // The script must run under any sh and awk.
  busybox: 'busybox',
  gawk: 'gawk',
  mawk: 'mawk',
  // For the completion that `smokejumper completion` prints.
  zsh: 'zsh',
  fish: 'fish',
};

function onPath(command) {
  if (command.startsWith('/')) return existsSync(command);
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));
}

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options }).status === 0;
}

function modifiedMs(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function installPackages() {
  // npm writes this file at the end of each install; older than the lock file means that the lock has moved on.
  if (modifiedMs(join(root, 'node_modules/.package-lock.json')) >= modifiedMs(join(root, 'package-lock.json'))) return;
  console.error('smokejumper: installing packages (npm ci) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // No package needs its install script: better-sqlite3 brings its binaries, and compiling asks for headers that may be
  // out of reach.
  if (!run(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])) {
    console.error('smokejumper: npm ci failed. Check that the npm registry is reachable, then run it again.');
    process.exit(1);
  }
}

function installSystemPackages(wanted) {
  const missing = Object.keys(wanted).filter((command) => !onPath(command));
  if (missing.length === 0) return;
  const packages = missing.map((command) => wanted[command]);
  const tried = join(root, 'node_modules/.system-packages-tried');
  if (process.env.SMOKEJUMPER_NO_APT === '1' || process.getuid?.() !== 0 || !onPath('apt-get')) {
    console.error(
      `smokejumper: missing: ${missing.join(', ')}. What needs them is skipped or fails with a clear message.`,
    );
    return;
  }
  // One try per install: a package that cannot be had here would cost its time at each start.
  if (modifiedMs(tried) >= modifiedMs(join(root, 'node_modules/.package-lock.json'))) return;
  console.error(`smokejumper: installing system packages: ${packages.join(' ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  run('apt-get', ['update', '-qq'], quiet);
  for (const name of packages) {
    if (!run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], quiet)) {
      console.error(`smokejumper: could not install ${name}; what needs it is skipped or fails with a clear message.`);
    }
  }
  writeFileSync(tried, '');
}

function checkNode() {
  if (existsSync(ownNode) || Number(process.versions.node.split('.')[0]) >= 24) return;
  console.error(
    `smokejumper: needs Node 24; this is ${process.version}, and no packaged Node exists for ` +
      `${process.platform}-${process.arch}. Install Node 24.`,
  );
  process.exit(1);
}

installPackages();
checkNode();
if (flags.has('--dev') && existsSync(ownNode)) run(ownNode, ['bin/runtimes.ts']);
if (flags.has('--system')) installSystemPackages(flags.has('--dev') ? { ...SYSTEM, ...SYSTEM_DEV } : SYSTEM);
