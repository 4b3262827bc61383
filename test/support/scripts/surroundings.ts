/** What a script finds around it: other programs, and other mounts. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { folder } from './remote-script.ts';

/** A PATH of everything that is installed, but with or without some programs. */
export function pathWith(t: TestContext, programs: Readonly<Record<string, string | null>>): string {
  const dir = folder(t);
  for (const place of ['/bin', '/usr/bin', '/sbin', '/usr/sbin']) {
    for (const name of readdirSync(place)) {
      if (name in programs) continue;
      try {
        symlinkSync(join(place, name), join(dir, name));
      } catch {} // in both places
    }
  }
  for (const [name, text] of Object.entries(programs)) {
    if (text === null) continue;
    writeFileSync(join(dir, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(dir, name), 0o755);
  }
  return dir;
}

/** As root of a user namespace where we are not root. */
const UNSHARE = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-r', '-m'];

/** Why nothing can be mounted here; undefined when it can. */
export function noMounts(): string | undefined {
  const [program = '', ...words] = [...UNSHARE, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];
  return spawnSync(program, words).status === 0 ? undefined : 'nothing can be mounted here';
}

/** A shell, for `Surroundings`, that runs the script where these lines have mounted something, unseen by us. */
export function mounted(lines: string): readonly string[] {
  return [...UNSHARE, 'sh', '-c', `set -e\n${lines}\nexec sh "$@"`, 'sh'];
}
