import type { Dialect, Fields } from './fields.ts';

/**
 * What an operation answers, before a protocol writes it: a `Map` is a map of the service model (XML entries), a
 * `Date` a timestamp.
 */
export type Value =
  | string
  | number
  | boolean
  | Date
  | undefined
  | null
  | readonly Value[]
  | ReadonlyMap<string, Value>
  | Output;

export interface Output {
  readonly [member: string]: Value;
}

/** One API call. Throws `AwsFault` for what AWS would refuse. */
export type Operation = (input: Fields) => Output | Promise<Output>;

/** A service with one operation per name (query, JSON or CBOR protocol). */
export interface RpcService {
  readonly dialect: Dialect;
  readonly operations: ReadonlyMap<string, Operation>;
}
