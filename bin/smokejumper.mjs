#!/usr/bin/env node
// Starts service/cli.ts on Node 24, whatever Node started this file: older ones cannot run TypeScript.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MINIMUM = 24;
const cli = new URL('../service/cli.ts', import.meta.url);

if (Number(process.versions.node.split('.')[0]) >= MINIMUM) {
  await import(cli.href);
} else {
  const packaged = fileURLToPath(
    new URL(`../node_modules/node-${process.platform}-${process.arch}/bin/node`, import.meta.url),
  );
  if (!existsSync(packaged)) {
    console.error(
      `smokejumper: needs Node ${MINIMUM}; this is ${process.version}. Run \`npm ci\` in the clone, or install Node ${MINIMUM}.`,
    );
    process.exit(1);
  }
  const child = spawn(packaged, [fileURLToPath(cli), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code ?? 1);
  });
}
