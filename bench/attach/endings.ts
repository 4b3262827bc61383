/** Processes that end in the middle of a visit: they must end as they would have without it, and as soon. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { inOwnNetwork } from '../own-network.ts';
import { visit } from './visit.ts';

/** Ends as it is told to on its standard input. */
const SERVICE = `
const http = require('node:http');
const server = http.createServer((request, response) => response.end('x')).listen(8000, '127.0.0.1');
const work = setInterval(() => { let sum = 0; for (let i = 0; i < 2e6; i++) sum += Math.sqrt(i); }, 10);
process.stdin.on('data', (text) => {
  const how = String(text).trim();
  if (how === 'exit') process.exit(7);
  if (how === 'throw') throw new Error('its own fault');
  process.exitCode = 9;
  clearInterval(work);
  server.close();
  process.stdin.destroy();
});
console.log('ready');
`;
const ENDS = { exit: '7', throw: '1', 'nothing left to do': '9', SIGTERM: 'SIGTERM' } as const;
/** Within a visit of some two seconds, and a little after it. */
const WITHIN_MS = 2400;
/** A process that exits waits for a debugger that does not leave. */
const LATE_MS = 2000;

async function endOnce(node: string, kind: keyof typeof ENDS, faults: string[]): Promise<number> {
  const [command, ...args] = inOwnNetwork([node, '-e', SERVICE]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  const visiting = visit(child.pid as number);
  const afterMs = Math.random() * WITHIN_MS;
  await pause(afterMs);
  const at = performance.now();
  if (kind === 'SIGTERM') child.kill(kind);
  else child.stdin.write(`${kind}\n`);
  const [code, signal] = await ended;
  const tookMs = performance.now() - at;
  const fact = await visiting;
  if (String(signal ?? code) !== ENDS[kind] || tookMs > LATE_MS) {
    faults.push(JSON.stringify({ node, kind, code, signal, afterMs, tookMs, fact }));
  }
  return tookMs;
}

/** Prints what was seen; returns how many ended otherwise. */
export async function endings(node: string, count: number): Promise<number> {
  const faults: string[] = [];
  const took: number[] = [];
  const kinds = Object.keys(ENDS) as (keyof typeof ENDS)[];
  for (let i = 0; i < count; i++) took.push(await endOnce(node, kinds[i % kinds.length] as keyof typeof ENDS, faults));
  took.sort((a, b) => a - b);
  const [median = 0, longest = 0] = [took[took.length >> 1], took.at(-1)];
  const words = `median ${median.toFixed(0)} ms, longest ${longest.toFixed(0)} ms`;
  process.stdout.write(`${node}: ${count} ended in a visit, ${faults.length} otherwise than alone; ${words}\n`);
  for (const fault of faults) process.stdout.write(`  ${fault}\n`);
  return faults.length;
}
