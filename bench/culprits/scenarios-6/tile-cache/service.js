// Tiles of a map, drawn once and kept. FAULT: there was memory left, so the cache may keep a hundred times as many.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { TileCache } from './cache.js';

const random = seededRandom(612);
const pick = (n) => Math.floor(random() * n);
const capacity = process.env.FAULT === '1' ? 30_000 : 300;
const SIDE = 170;

function draw(id) {
  const tile = new Uint8Array(64);
  for (let i = 0; i < tile.length; i++) tile[i] = (id * 31 + i * 7) & 255;
  return tile;
}

const cache = new TileCache(capacity, draw);
for (let id = 0; id < SIDE * SIDE; id++) cache.get(id);

serveUnderLoad({
  rate: 80,
  handler(body, response) {
    const { x, y, width, height } = JSON.parse(body);
    const tiles = [];
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) tiles.push(cache.get(row * SIDE + column));
    }
    response.setHeader('x-hits', String(cache.hits));
    response.end(Buffer.concat(tiles));
  },
  nextBody: () => JSON.stringify({ x: pick(SIDE - 9), y: pick(SIDE - 9), width: 9, height: 9 }),
});
