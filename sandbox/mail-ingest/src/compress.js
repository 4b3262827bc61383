import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const gzipAsync = promisify(gzip);

/** The mail as it is kept: JSON, gzipped off the main thread. */
export function compress(mail) {
  return gzipAsync(JSON.stringify(mail), { level: 6 });
}
