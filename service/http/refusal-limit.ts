import { isIPv6 } from 'node:net';

/** Refused deliveries in a row from one address: a topic set up wrongly, with its repetitions, stays below this. */
const BURST = 60;
const PER_SECOND = 1;
/** A flood from many addresses must not fill the memory; the one not seen for longest is forgotten. */
const MAX_ADDRESSES = 10_000;

interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

/** How many refused deliveries an address has to spare. Those that are taken cost nothing. */
export class RefusalLimit {
  private readonly buckets = new Map<string, Bucket>();
  /** Milliseconds of a clock that never goes back. */
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  isSpent(address: string): boolean {
    return this.left(networkOf(address)) < 1;
  }

  count(address: string): void {
    const network = networkOf(address);
    const left = Math.max(0, this.left(network) - 1);
    this.buckets.delete(network);
    this.buckets.set(network, { left, atMs: this.now() });
    if (this.buckets.size <= MAX_ADDRESSES) return;
    for (const oldest of this.buckets.keys()) {
      this.buckets.delete(oldest);
      return;
    }
  }

  private left(network: string): number {
    const bucket = this.buckets.get(network);
    if (bucket === undefined) return BURST;
    return Math.min(BURST, bucket.left + ((this.now() - bucket.atMs) / 1000) * PER_SECOND);
  }
}

/** Whoever has one address of IPv6 has the 2⁶⁴ of its network. `::ffff:192.0.2.1` is one of IPv4. */
export function networkOf(address: string): string {
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (v4 !== undefined) return v4;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  // The part behind `::` ends at the eighth group; of the first four it has what reaches that far.
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - behind.length;
  const all = [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...behind];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':')}::/64`;
}
