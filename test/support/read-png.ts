import { inflateSync } from 'node:zlib';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `#rrggbb` of an opaque pixel. */
  readonly at: (x: number, y: number) => string;
}

/** Chunks of a PNG by type; those of one type joined. */
function chunksOf(png: Buffer): ReadonlyMap<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const known = chunks.get(type) ?? Buffer.alloc(0);
    chunks.set(type, Buffer.concat([known, png.subarray(at + 8, at + 8 + length)]));
    at += length + 12;
  }
  return chunks;
}

/** What the bytes to the left, above and above left foretell (PNG specification, 9.2). */
function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** RGBA of 8 bits, not interlaced: what the rasteriser writes. */
export function readPng(bytes: Uint8Array): Pixels {
  const chunks = chunksOf(Buffer.from(bytes));
  const header = chunks.get('IHDR') as Buffer;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (header[8] !== 8 || header[9] !== 6 || header[12] !== 0) throw new Error('a PNG of another kind');
  const packed = inflateSync(chunks.get('IDAT') as Buffer);
  const line = width * 4;
  const pixels = Buffer.alloc(line * height);
  for (let y = 0; y < height; y++) {
    const filter = packed[y * (line + 1)] as number;
    for (let i = 0; i < line; i++) {
      const at = y * line + i;
      const left = i < 4 ? 0 : (pixels[at - 4] as number);
      const up = y === 0 ? 0 : (pixels[at - line] as number);
      const corner = i < 4 || y === 0 ? 0 : (pixels[at - line - 4] as number);
      pixels[at] = (packed[y * (line + 1) + 1 + i] as number) + predicted(filter, left, up, corner);
    }
  }
  return { width, height, at: (x, y) => `#${pixels.toString('hex', (y * width + x) * 4, (y * width + x) * 4 + 3)}` };
}
