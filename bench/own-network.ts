/**
 * The command that runs `words` in a network of its own, as an instance has: V8's inspector always opens the same port.
 * Needs root.
 */
export function inOwnNetwork(words: readonly string[]): [string, ...string[]] {
  return ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"', ...words];
}
