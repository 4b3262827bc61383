/** ASN.1 DER, as much as one X.509 certificate needs (ITU-T X.690). */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  return size < 0x100 ? Buffer.from([0x81, size]) : Buffer.from([0x82, size >> 8, size & 0xff]);
}

export const sequence = (...contents: readonly Uint8Array[]) => tlv(0x30, ...contents);
export const setOf = (...contents: readonly Uint8Array[]) => tlv(0x31, ...contents);
export const utf8 = (text: string) => tlv(0x0c, Buffer.from(text, 'utf8'));
export const octets = (bytes: Uint8Array) => tlv(0x04, bytes);
/** A whole number of bytes: no unused bits. */
export const bits = (bytes: Uint8Array) => tlv(0x03, Buffer.from([0]), bytes);
/** Big-endian; a leading zero keeps it positive. */
export const integer = (bytes: Uint8Array) =>
  tlv(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.from([0]) : Buffer.alloc(0), bytes);
export const nothing = () => tlv(0x05);

/** UTCTime, good until 2049. */
export function utcTime(date: Date): Buffer {
  const text = `${date.toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`;
  return tlv(0x17, Buffer.from(text, 'latin1'));
}

/** `1.2.840.113549.1.1.11` */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): number[] {
  const digits = [number & 0x7f];
  for (let left = number >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}
