/** Worker thread of parallel-perf.ts: reads one part of a `perf script` text and sends what it found. */
import { parentPort, workerData } from 'node:worker_threads';
import { PerfScriptParser } from '../profile/import-perf.ts';
import type { PerfJob } from './parallel-perf.ts';
import { readPerfFile } from './perf-file.ts';
import { loadPerfMaps } from './perf-maps.ts';

const job = workerData as PerfJob;
const parser = new PerfScriptParser({
  jitMaps: await loadPerfMaps(job.perfMaps),
  ...(job.rules === undefined ? {} : { rules: job.rules }),
});
readPerfFile(parser, job.path, job.range);
const part = parser.part();
const { tree, samples } = part;
parentPort?.postMessage(
  part,
  // The columns are handed over, not copied. Several views never share a buffer here.
  [tree.parent, tree.frame, part.event, ...Object.values(samples)].flatMap((column) =>
    typeof column === 'number' ? [] : [column.buffer as ArrayBuffer],
  ),
);
