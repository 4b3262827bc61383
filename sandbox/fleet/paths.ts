import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const SERVICE_FOLDER = join(import.meta.dirname, '..', 'mail-ingest');

/** The `node_modules` from which the service's packages come, wherever npm has put it. */
export function modulesFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.resolve('htmlparser2')));
  while (!folder.endsWith('/node_modules')) folder = dirname(folder);
  return folder;
}

/** Where the service listens, as the instance names it. A socket in the file system can be reached across networks. */
export const SERVICE_SOCKET = '/run/mail-ingest.sock';

/** A short PATH, as the SSM agent has. */
export const AGENT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Maps for perf and native stacks of interpreted functions: without them perf sees bare addresses. V8 then also logs
 * each memory chunk to a file in the working directory, or to standard output when it cannot open a regular file there:
 * `+` is an unnamed temporary file.
 */
export const NODE_FLAGS: readonly string[] = [
  '--perf-basic-prof-only-functions',
  '--interpreted-frames-native-stack',
  '--no-logfile-per-isolate',
  '--logfile=+',
];
