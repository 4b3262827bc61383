/** Worker thread of parallel-perf.ts: reads one part of a `perf script` text and sends what it found. */
import { parentPort, workerData } from 'node:worker_threads';
import { type PerfJob, perfParser, readPerfFile } from './perf-file.ts';

const job = workerData as PerfJob;
const parser = await perfParser(job.options);
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
