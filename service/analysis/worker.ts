/** Entry of a worker thread of `worker-pool.ts`: does one job after the other. */
import { parentPort } from 'node:worker_threads';
import { decodeCapture } from '../convert/load-capture.ts';
import { svgToPng } from '../raster/png.ts';
import { toWire } from '../shared/wire-error.ts';
import { buffersIn } from './hand-over.ts';
import type { Tools } from './jobs.ts';
import { type Job, runJob } from './run-job.ts';

const tools: Tools = {
  decodeProfile: (bytes) => decodeCapture(bytes),
  rasterise: (svg) => svgToPng(svg, { width: 600, scale: 2 }),
};

parentPort?.on('message', async (job: Job) => {
  try {
    const value = await runJob(tools, job);
    parentPort?.postMessage({ value }, [...buffersIn(value)]);
  } catch (error) {
    parentPort?.postMessage({ error: toWire(error) });
  }
});
