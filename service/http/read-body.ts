import type { IncomingMessage } from 'node:http';

/** Why a body was not read, as an HTTP status and in words. */
export class BodyFault extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The whole body as text. SNS posts UTF-8, says how long it is, and compresses nothing, whatever its content type says;
 * so no parser is chosen by what a stranger writes there, and nothing is unpacked. Throws `BodyFault`.
 */
export function readBody(req: IncomingMessage, limit: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    reject(new BodyFault(415, `it is packed (${encoding.slice(0, 40)})`));
    return promise;
  }
  const tooLarge = () => reject(new BodyFault(413, `it is larger than ${limit} bytes`));
  if (Number(req.headers['content-length'] ?? 0) > limit) {
    tooLarge();
    return promise;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= limit) chunks.push(chunk);
    else {
      chunks.length = 0;
      req.pause();
      tooLarge();
    }
  });
  req.once('end', () =>
    resolve((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8')),
  );
  // Behind the end they change nothing.
  req.once('close', () => reject(new BodyFault(400, 'it was broken off')));
  req.once('error', () => reject(new BodyFault(400, 'it was broken off')));
  return promise;
}
