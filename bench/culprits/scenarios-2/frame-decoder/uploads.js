import { createHash } from 'node:crypto';
import { FrameDecoder } from './decoder.js';

export function receive(wire, chunkSize) {
  const decoder = new FrameDecoder();
  const frames = [];
  for (let at = 0; at < wire.length; at += chunkSize) {
    decoder.push(wire.subarray(at, at + chunkSize), (payload) => frames.push(payload));
  }
  return frames;
}

export function describe(payload) {
  let [low, high, zeros] = [255, 0, 0];
  for (const byte of payload.subarray(0, 3000)) {
    if (byte < low) low = byte;
    if (byte > high) high = byte;
    if (byte === 0) zeros++;
  }
  return { bytes: payload.length, low, high, zeros, digest: createHash('sha256').update(payload).digest('hex') };
}
