#!/usr/bin/env node
// Starts service/cli/main.ts on Node 24, whatever Node started this file: older ones cannot run TypeScript.
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const MINIMUM = 24;

if (Number(process.versions.node.split('.')[0]) >= MINIMUM) {
  // Types are stripped once and not at every start: 45 ms instead of 160 for `collapse`. Not below the common /tmp,
  // where others could put code; where this folder cannot be written all works as without.
  nodeModule.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/smokejumper', import.meta.url)));
  await import('../service/cli/main.ts');
} else {
  const { existsSync } = await import('node:fs');
  const { spawn } = await import('node:child_process');
  const packaged = fileURLToPath(
    new URL(`../node_modules/node-${process.platform}-${process.arch}/bin/node`, import.meta.url),
  );
  if (!existsSync(packaged)) {
    console.error(
      `smokejumper: needs Node ${MINIMUM}; this is ${process.version}. ` +
        `Run \`npm ci\` in the clone, or install Node ${MINIMUM}.`,
    );
    process.exit(1);
  }
  const child = spawn(packaged, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // From a terminal Ctrl-C reaches the child by itself; a second one would end it in the middle of ending in order.
  const atTerminal = process.stdin.isTTY || process.stderr.isTTY;
  process.on('SIGINT', () => atTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code ?? 1);
  });
}
