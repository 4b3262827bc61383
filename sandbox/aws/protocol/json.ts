import { AwsFault } from '../aws-fault.ts';
import type { Output, Value } from '../operation.ts';
import { isList } from './xml.ts';

/** The JSON structure of a request; an empty body is an empty structure. */
export function decodeJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsFault('SerializationException', 'The request body is not valid JSON.');
  }
}

/** JSON of the AWS JSON protocols: timestamps are epoch seconds, absent members are left out. */
export function encodeJson(output: Output): string {
  return JSON.stringify(plain(output));
}

function plain(value: Value): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(plain);
  const entries = value instanceof Map ? [...(value as ReadonlyMap<string, Value>)] : Object.entries(value);
  return Object.fromEntries(entries.map(([key, held]) => [key, plain(held as Value)]));
}
