import { userInfo } from 'node:os';
import { readName } from '../incidents/triage/change.ts';

/** Under which name a change is recorded: the one of `--as`, or the user of this machine. */
export function nameOf(as: string | undefined): string {
  return readName(as ?? userName());
}

/** Containers run as users that have no name. */
function userName(): string {
  try {
    return `${userInfo().username} (command line)`.slice(-60);
  } catch {
    return 'command line';
  }
}
