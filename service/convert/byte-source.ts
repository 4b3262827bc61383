/** Bytes of a file or of standard input, decompressed when they are gzip or zstd, whatever the file's name says. */
import { pipeline } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { copyBytes } from '../profile/copy-bytes.ts';
import { AppError } from '../shared/errors.ts';
import { fileBytes, type Progress } from './file-bytes.ts';

async function* stdinBytes(onProgress: Progress | undefined): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of process.stdin) {
    read += (chunk as Uint8Array).length;
    yield chunk as Uint8Array;
    onProgress?.(read, undefined);
  }
}

/** The pieces, after at least `length` bytes have been joined in the first (fewer only when there are no more). */
export async function* withHead(pieces: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  const head: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    if (size >= length) yield piece;
    else {
      head.push(copyBytes(piece));
      size += piece.length;
      if (size >= length) yield Buffer.concat(head);
    }
  }
  if (size < length) yield Buffer.concat(head);
}

/** Windows writes redirected text as UTF-16, with its mark in front. */
function utf16Of(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined;
}

async function* asUtf8(pieces: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield encoder.encode(decoder.decode(piece, { stream: true }));
  yield encoder.encode(decoder.decode());
}

type Compression = 'gzip' | 'zstd' | undefined;

/** RFC 1952: 1f 8b; RFC 8878: 28 b5 2f fd. */
function compressionOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  return undefined;
}

async function* decompressed(pieces: AsyncIterable<Uint8Array>, compression: 'gzip' | 'zstd', name: string) {
  const options = { chunkSize: 1 << 18 };
  const stream = compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
  // The stream queues what it is given, and the memory of a piece is used again.
  const copies = (async function* () {
    for await (const piece of pieces) yield Buffer.from(piece);
  })();
  // An error of either end arrives at the reader below.
  pipeline(copies, stream, () => undefined);
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const isWide = (cause as NodeJS.ErrnoException).code === 'ZSTD_error_frameParameter_windowTooLarge';
    throw new AppError('INPUT_CORRUPT', `${name} is damaged or cut off: its ${compression} data ends with an error.`, {
      cause,
      hint: isWide
        ? 'It was compressed with --long: decompress it first, with "zstd -d --long=31".'
        : 'Copy the file again.',
    });
  }
}

const UTF8_MARK = [0xef, 0xbb, 0xbf];

/** UTF-16 becomes UTF-8, a mark in front of UTF-8 goes, all else stays. */
async function* inUtf8(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = withHead(source, UTF8_MARK.length);
  const head = await pieces.next();
  if (head.done) return;
  const marked = UTF8_MARK.every((byte, i) => head.value[i] === byte);
  const rest = startingWith(marked ? head.value.subarray(UTF8_MARK.length) : head.value, pieces);
  const encoding = utf16Of(head.value);
  yield* encoding === undefined ? rest : asUtf8(rest, encoding);
}

/** Compression may be nested twice, as when a compressed artifact is compressed again for transport. */
async function* unwrapped(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let pieces = source;
  for (let layer = 0; layer < 2; layer++) {
    const head = withHead(pieces, 4);
    const first = await head.next();
    if (first.done) return;
    const rest = startingWith(first.value, head);
    const compression = compressionOf(first.value);
    if (compression === undefined) {
      yield* rest;
      return;
    }
    pieces = decompressed(rest, compression, name);
  }
  yield* pieces;
}

/** The bytes of the file `path` (`-`: standard input). Each piece is valid until the next is requested. */
export function readBytes(path: string, onProgress?: Progress): AsyncGenerator<Uint8Array> {
  if (path === '-') return inUtf8(unwrapped(stdinBytes(onProgress), 'Standard input'));
  return inUtf8(unwrapped(fileBytes(path, onProgress), JSON.stringify(path)));
}

/** The same for bytes in memory. */
export function decodeBytes(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const whole = async function* () {
    yield bytes;
  };
  return inUtf8(unwrapped(whole(), 'The profile'));
}

/** `first`, then what `rest` still has. */
export async function* startingWith(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** The pieces; refuses more than `limit` bytes, so that a small compressed file cannot fill the memory. */
export async function* limited(
  pieces: AsyncGenerator<Uint8Array>,
  limit: number,
  name: string,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > limit) {
      throw new AppError('INPUT_TOO_LARGE', `${name} holds more than ${limit >> 20} MB.`, {
        hint: 'Only perf script text and folded stacks passed to a command may be of any size.',
      });
    }
    yield piece;
  }
}

/** All bytes, of at most `limit`. */
export async function joinBytes(pieces: AsyncGenerator<Uint8Array>, limit: number, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of limited(pieces, limit, name)) parts.push(copyBytes(piece));
  return Buffer.concat(parts);
}
