import { createHmac } from 'node:crypto';

const SECRET = 'a gateway secret';

export function parseBatch(text) {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [key, path, cost] = line.split('\t');
      return { key, path: decodeURIComponent(path), cost: Number(cost) };
    });
}

export function sign(decisions) {
  const text = decisions.map(({ key, allowed, left }) => `${key}=${allowed ? 'go' : 'stop'};${left}`).join('\n');
  return `${text}\n${createHmac('sha256', SECRET).update(text).digest('hex')}`;
}
