import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsFault } from '../aws-fault.ts';

/** Checksums of an object by the names of their headers, e.g. `x-amz-checksum-crc32`. */
export type Checksums = ReadonlyMap<string, string>;

const PREFIX = 'x-amz-checksum-';
const ALGORITHMS: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  crc32: (body) => bigEndian(crc32(body)),
  crc32c: (body) => bigEndian(crc32c(body)),
  sha1: (body) => createHash('sha1').update(body).digest(),
  sha256: (body) => createHash('sha256').update(body).digest(),
};

/** Checks every checksum that came with a body in headers, query or trailers. Throws `BadDigest`. */
export function checkChecksums(given: Iterable<readonly [name: string, value: string]>, body: Buffer): Checksums {
  const checked = new Map<string, string>();
  for (const [name, value] of given) {
    const lower = name.toLowerCase();
    if (!lower.startsWith(PREFIX) || lower === 'x-amz-checksum-mode' || lower === 'x-amz-checksum-type') continue;
    const algorithm = lower.slice(PREFIX.length);
    const compute = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined;
    if (!compute) throw new AwsFault('NotImplemented', `The sandbox cannot check ${lower}.`, { status: 501 });
    if (compute(body).toString('base64') !== value) {
      throw new AwsFault(
        'BadDigest',
        `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
      );
    }
    checked.set(lower, value);
  }
  return checked;
}

function bigEndian(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number >>> 0);
  return bytes;
}

/** Castagnoli's polynomial, reflected. */
const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

function crc32c(body: Buffer): number {
  let value = 0xffffffff;
  for (const byte of body) value = (CRC32C_TABLE[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return ~value;
}
