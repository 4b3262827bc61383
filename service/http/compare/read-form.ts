import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { BodyFault } from '../read-body.ts';

/** A capture of a minute on 64 CPUs is some MB; what is larger is for the command line, which streams it. */
export const UPLOAD_MB = 24;
const FILE_BYTES = UPLOAD_MB * 1_000_000;
/**
 * A browser that is answered while it still sends shows a broken connection instead of the answer: so up to here the
 * rest of what is too large is taken and dropped.
 */
const DROPPED_BYTES = 8 * FILE_BYTES;
const FILES = 2;
/** Two addresses of incidents and which recordings of them. */
const FIELDS = 4;
const LIMITS = {
  fileSize: FILE_BYTES,
  files: FILES,
  fields: FIELDS,
  parts: FILES + FIELDS,
  fieldNameSize: 32,
  fieldSize: 1000,
  headerPairs: 20,
  headerSize: 8192,
};

export interface Upload {
  /** As the browser says: for people, never for a disk. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface SentForm {
  readonly fields: ReadonlyMap<string, string>;
  /** Without those that were left empty. */
  readonly files: ReadonlyMap<string, Upload>;
}

/** What a form with files sent; all of it stays in memory. Throws `BodyFault`. */
export async function readForm(req: IncomingMessage): Promise<SentForm> {
  const type = req.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type)) throw new BodyFault(415, 'it is not multipart/form-data');
  if (req.headers['content-encoding'] !== undefined) throw new BodyFault(415, 'it is packed as a whole');
  if (Number(req.headers['content-length'] ?? 0) > DROPPED_BYTES) throw tooLarge();
  const form = { fields: new Map<string, string>(), files: new Map<string, Upload>() };
  const parser = newParser({ ...req.headers, 'content-type': type });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let fault: BodyFault | undefined;
  let bytes = 0;
  parser.on('field', (name, value, nameCut, valueCut) => {
    if (nameCut || valueCut) fault ??= new BodyFault(400, 'a field of the form is too long');
    else form.fields.set(name, value);
  });
  parser.on('file', (field, stream, name) => {
    collect(stream, (content) => {
      if (content === null) fault ??= tooLarge();
      else if (name !== '' && content.length > 0) form.files.set(field, { name, bytes: content });
    });
  });
  for (const event of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
    parser.on(event, () => {
      fault ??= new BodyFault(400, 'the form has more parts than two files and their names');
    });
  parser.on('finish', () => (fault === undefined ? resolve() : reject(fault)));
  parser.on('error', () => reject(new BodyFault(400, 'the form is damaged')));
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DROPPED_BYTES) reject(tooLarge());
  });
  // A request that was read whole is closed as well, perhaps before the last part of it was taken apart.
  req.once('close', () => req.complete || reject(new BodyFault(400, 'it was broken off')));
  req.once('error', () => reject(new BodyFault(400, 'it was broken off')));
  req.pipe(parser);
  try {
    await promise;
    return form;
  } catch (error) {
    req.unpipe(parser);
    req.pause();
    throw error;
  }
}

/** The bytes of a file, or null where there are too many. */
function collect(stream: BusboyFileStream, done: (content: Uint8Array | null) => void): void {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.once('limit', () => {
    chunks.length = 0;
  });
  // The form as a whole tells.
  stream.on('error', () => undefined);
  stream.once('end', () => done(stream.truncated ? null : Buffer.concat(chunks)));
}

function newParser(headers: ConstructorParameters<typeof Busboy>[0]['headers']): InstanceType<typeof Busboy> {
  try {
    return new Busboy({ headers, limits: LIMITS });
  } catch {
    throw new BodyFault(400, 'the form does not say where its parts end');
  }
}

function tooLarge(): BodyFault {
  return new BodyFault(413, `a file is larger than ${UPLOAD_MB} MB; "smokejumper compare A B" takes any size`);
}
