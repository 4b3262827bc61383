/** What may go wrong around the service. Each fault lasts for a while and is then mended. */
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { API_FAULTS } from '../../sandbox/faults/fault-proxy.ts';
import { MAIL_FAULTS } from '../../sandbox/faults/mail-server.ts';
import type { Random } from './random.ts';
import { THREAD_KINDS } from './thread-kinds.ts';
import type { World } from './world.ts';

export interface Fault {
  /** Of which kind, for the counts. */
  readonly kind: string;
  readonly name: string;
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
}

/** That an incident needs. SendEmail is not asked for: mail goes through SMTP. */
const APIS = [
  ...['*', 'DescribeAutoScalingGroups', 'DescribeInstances', 'DescribeInstanceInformation', 'GetMetricData'],
  ...['DescribeAlarms', 'SendCommand', 'ListCommands', 'GetCommandInvocation'],
];
const LOCK_TRY_MS = 20;
const FILLER = 'filler';

/** `ownDisk`: the data folder is a file system that may be filled. */
export function chooseFault(world: World, random: Random, ownDisk: boolean): Fault {
  const kind = random.oneOf([
    'aws',
    'aws',
    'aws',
    'mail',
    'mail',
    'lock',
    'thread',
    'thread',
    ...(ownDisk ? ['disk'] : []),
  ]);
  switch (kind) {
    case 'mail':
      return mailFault(world, random);
    case 'lock':
      return lockFault(world);
    case 'thread':
      return threadFault(world, random);
    case 'disk':
      return diskFault(world);
    default:
      return awsFault(world, random);
  }
}

function awsFault({ proxy }: World, random: Random): Fault {
  const api = random.oneOf(APIS);
  const fault = random.oneOf(API_FAULTS.filter((name) => !LASTING.has(name)));
  return {
    kind: `AWS: ${fault}`,
    name: `${api}: ${fault}`,
    begin: () => proxy.fail(api, fault),
    end: () => proxy.heal(api),
  };
}

/** What somebody must mend is said in a report at once, and not waited for. */
const LASTING = new Set(['denied', 'unrecognized']);

function mailFault({ mail }: World, random: Random): Fault {
  const fault = random.oneOf(MAIL_FAULTS);
  const name = `mail server: ${fault}`;
  return { kind: name, name, begin: () => mail.fail(fault), end: () => mail.heal() };
}

/** Over at once: whatever it was doing is to be done by the next one. */
function threadFault(world: World, random: Random): Fault {
  const kind = random.oneOf(THREAD_KINDS);
  const name = `thread ended: ${kind}`;
  return { kind: name, name, begin: () => world.endThread(kind), end: () => undefined };
}

/** Another program writes to the database, and takes its time. */
function lockFault({ dataDir }: World): Fault {
  let db: Database.Database | undefined;
  const over = new AbortController();
  return {
    kind: 'database locked',
    name: 'database locked',
    async begin() {
      db = new Database(join(dataDir, 'smokejumper.sqlite'), { timeout: 0 });
      while (!over.signal.aborted) {
        try {
          db.exec('BEGIN IMMEDIATE');
          return;
        } catch {
          await sleep(LOCK_TRY_MS);
        }
      }
    },
    end() {
      over.abort();
      db?.close();
    },
  };
}

function diskFault({ dataDir }: World): Fault {
  const path = join(dataDir, FILLER);
  return {
    kind: 'disk full',
    name: 'disk full',
    begin() {
      const { bavail, bsize } = statfsSync(dataDir);
      try {
        writeFileSync(path, Buffer.alloc(bavail * bsize));
      } catch (error) {
        // Somebody else took the last page: it is full all the same.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    end: () => rmSync(path, { force: true }),
  };
}
