import { spawnSync } from 'node:child_process';
import { AGENT_PATH } from '../paths.ts';

/** A namespace and one interface are made in some 10 ms. */
const TIMEOUT_MS = 10_000;

/** Why instances cannot have networks of their own on this machine; null when they can. */
export function whyNoOwnNetwork(path = AGENT_PATH): string | null {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  // A new network has a loopback interface that is down.
  const tried = spawnSync('unshare', [...user, '--net', 'sh', '-c', 'ip link set lo up'], {
    env: { PATH: path },
    timeout: TIMEOUT_MS,
    encoding: 'utf8',
  });
  if (tried.error) return tried.error.message;
  if (tried.status === 0) return null;
  return tried.stderr.trim().split('\n').at(-1) || `unshare --net ended with status ${tried.status}`;
}
