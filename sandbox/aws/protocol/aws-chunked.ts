import { AwsFault } from '../aws-fault.ts';

export interface ChunkedBody {
  readonly body: Buffer;
  /** Lower-case names, e.g. `x-amz-checksum-crc32`. */
  readonly trailers: ReadonlyMap<string, string>;
}

const incomplete = () => new AwsFault('IncompleteBody', 'The request body terminated unexpectedly');

/**
 * Decodes `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: hex size, CRLF, data, CRLF, …, `0`, CRLF, trailers. Throws
 * `IncompleteBody`.
 */
export function decodeAwsChunked(encoded: Buffer): ChunkedBody {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = encoded.indexOf('\r\n', at);
    if (end < 0) throw incomplete();
    const size = /^([0-9a-fA-F]{1,8})(;.*)?$/.exec(encoded.toString('latin1', at, end))?.[1];
    if (size === undefined) throw incomplete();
    const length = Number.parseInt(size, 16);
    at = end + 2;
    if (length === 0) return { body: Buffer.concat(chunks), trailers: readTrailers(encoded.toString('latin1', at)) };
    if (encoded.toString('latin1', at + length, at + length + 2) !== '\r\n') throw incomplete();
    chunks.push(encoded.subarray(at, at + length));
    at += length + 2;
  }
}

function readTrailers(text: string): Map<string, string> {
  const trailers = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const cut = line.indexOf(':');
    if (cut > 0) trailers.set(line.slice(0, cut).trim().toLowerCase(), line.slice(cut + 1).trim());
  }
  return trailers;
}
