import { createHash } from 'node:crypto';

/** Stands for the picture: its bytes follow from its address. */
function paint(address) {
  const seed = createHash('md5').update(address).digest();
  const pixels = Buffer.alloc(600);
  for (let i = 0; i < pixels.length; i++) pixels[i] = (seed[i % 16] * (i + 3)) & 255;
  return `data:image/x;base64,${pixels.toString('base64')}`;
}

export function thumbnail(cache, address) {
  let data = cache.get(address);
  if (data === undefined) {
    data = paint(address);
    cache.set(address, data);
  }
  return data;
}
