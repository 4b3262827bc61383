// Seismometers send traces. FAULT: the long window was set to the length that suits a far station with slow waves.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { onsets, peak } from './picker.js';

const random = seededRandom(505);
const pick = (n) => Math.floor(random() * n);
const settings = { short: 10, long: process.env.FAULT === '1' ? 1700 : 60, ratio: 3 };

function trace() {
  const samples = Int16Array.from({ length: 3600 }, () => (random() - 0.5) * 60);
  for (let i = 2000 + pick(800), at = i; i < at + 300; i++)
    samples[i] += 2000 * Math.sin(i / 3) * Math.exp((at - i) / 90);
  return samples;
}

const bodies = Array.from({ length: 12 }, (_, i) => `S${i} ${Buffer.from(trace().buffer).toString('base64')}`);

function receive(body, response) {
  const [station, data] = body.split(' ');
  const bytes = Buffer.from(data, 'base64');
  const samples = Float64Array.from(new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2));
  const picked = onsets(samples, settings).map((at) => ({ at: at / 100, peak: peak(samples, at) }));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ station, picked: picked.slice(0, 20) }));
}

serveUnderLoad({ rate: 90, handler: receive, nextBody: () => bodies[pick(bodies.length)] });
