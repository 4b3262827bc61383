const LINE = /^(\S+) \S+ \S+ \[([^\]]+)\] "(\w+) (\S+) HTTP\/[\d.]+" (\d{3}) (\d+)$/;

export function parseLine(line) {
  const [, host, at, method, address, status, bytes] = LINE.exec(line) ?? [];
  return { host, at, method, address, status: Number(status), bytes: Number(bytes) };
}

export function traffic(entries) {
  const byHost = new Map();
  for (const { host, bytes } of entries) byHost.set(host, (byHost.get(host) ?? 0) + bytes);
  return [...byHost].sort(([, a], [, b]) => b - a).slice(0, 10);
}
