/** Grey pictures, a byte a pixel. Shades are blurred as amounts of light, not as bytes. */
const LIGHT = Float64Array.from({ length: 256 }, (_, byte) => (byte / 255) ** 2.2);

function lightAt({ width, height, bytes }, x, y) {
  const column = x < 0 ? -x - 1 : x >= width ? 2 * width - x - 1 : x;
  const row = y < 0 ? -y - 1 : y >= height ? 2 * height - y - 1 : y;
  return LIGHT[bytes[row * width + column]];
}

export function blur(picture, radius) {
  const { width, height } = picture;
  const area = (2 * radius + 1) ** 2;
  const bytes = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let light = 0;
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) light += lightAt(picture, x + dx, y + dy);
      }
      bytes[y * width + x] = 255 * (light / area) ** (1 / 2.2);
    }
  }
  return { width, height, bytes };
}

export function histogram({ bytes }) {
  const counts = new Uint32Array(16);
  for (const byte of bytes) counts[byte >> 4]++;
  return [...counts];
}
