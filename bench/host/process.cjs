/** One Node process of a crowded host: `node process.cjs idle|busy|threads`. Says `ready` when it is one. */
const { execFile } = require('node:child_process');
const { isMainThread, Worker } = require('node:worker_threads');

const KIND = process.argv[2];
/** Of the time; a few of these leave air on two processors. */
const BUSY_MS = 25;
const EVERY_MS = 100;
const THREAD_TURNS = 3;

function encode(rows) {
  return JSON.stringify(rows.map((row) => ({ ...row, name: row.name.toUpperCase() })));
}

function work() {
  const rows = Array.from({ length: 200 }, (_, id) => ({ id, name: `entry ${id}`, score: Math.sqrt(id) }));
  let bytes = 0;
  for (const until = performance.now() + BUSY_MS; performance.now() < until; ) bytes += encode(rows).length;
  return bytes;
}

/** A thread that works a little and ends, then the next one; and a program that ends at once. */
function startThread() {
  new Worker(__filename, { argv: ['thread'] }).on('exit', startThread);
  execFile('true', () => undefined);
}

if (!isMainThread) {
  for (let turn = 0; turn < THREAD_TURNS; turn++) setTimeout(work, turn * EVERY_MS);
} else {
  if (KIND === 'threads') startThread();
  setInterval(KIND === 'busy' ? work : () => undefined, KIND === 'busy' ? EVERY_MS : 60_000);
  console.log('ready');
}
