/** What /proc tells of the Node processes of this machine. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** SIGUSR1 is signal 10 on Linux. */
const SIGUSR1_BIT = 1n << 9n;

/**
 * Processes that run a program named node or nodejs, by pid; ourselves left out. `pattern` (ERE of the script) looks
 * into their command lines.
 */
export function nodeProcesses(pattern?: RegExp): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && Number(name) !== process.ppid)
    .map(Number)
    .filter((pid) => isNode(pid) && (pattern === undefined || pattern.test(commandLine(pid))))
    .sort((a, b) => a - b);
}

/** By the program that runs, not by its title: `process.title` changes that. */
export function isNode(pid: number): boolean {
  try {
    return /^node(?:js)?$/.test(basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '')));
  } catch {
    return false;
  }
}

/** '' when the process is gone. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Whether SIGUSR1 has a handler. Without one it ends the process: before Node is up, or with --disable-sigusr1. */
export function catchesSigusr1(pid: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return caught !== undefined && (BigInt(`0x${caught}`) & SIGUSR1_BIT) !== 0n;
}

export function sharesOurNetwork(pid: number): boolean {
  return readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync('/proc/self/ns/net');
}

/** Ports of loopback or all addresses on which the process listens. */
export function listeningPorts(pid: number): Set<number> {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  // `sl local_address rem_address st … inode`; state 0A is LISTEN (proc(5)).
  const rows = readFileSync(`/proc/${pid}/net/tcp`, 'latin1').trim().split('\n').slice(1);
  return new Set(
    rows.flatMap((row) => {
      const fields = row.trim().split(/\s+/);
      return fields[3] === '0A' && own.has(fields[9] ?? '') ? Number.parseInt(fields[1]?.split(':')[1] ?? '', 16) : [];
    }),
  );
}
