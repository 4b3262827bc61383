// Ways through a warehouse. FAULT: the map was drawn anew, in squares of a foot and not of three metres.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Floor } from './floor.js';
import { tour } from './tour.js';

const random = seededRandom(516);
const pick = (n) => Math.floor(random() * n);
const scale = process.env.FAULT === '1' ? 10 : 1;
const [width, height] = [14 * scale, 10 * scale];
const floor = new Floor(width, height, (x, y) => x % 5 === 2 && y % (9 * scale) > 1);
const square = () => pick(height) * width + 5 * pick(width / 5);

function route(body, response) {
  const { picker, articles } = JSON.parse(body);
  const { order, walked } = tour(floor, 0, articles);
  response.setHeader('x-walked', String(walked));
  response.end(`${picker}: ${order.map((at) => `${at % width}/${Math.floor(at / width)}`).join(' ')}`);
}

serveUnderLoad({
  rate: 80,
  handler: route,
  nextBody: () => JSON.stringify({ picker: 'cart 7', articles: Array.from({ length: 10 }, square) }),
});
