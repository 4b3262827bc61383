// Previews of recorded hikes. FAULT: a new watch records ten times a second and not every ten seconds.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import simplify from './track/simplify.js';

const random = seededRandom(405);
const pick = (n) => Math.floor(random() * n);
const points = process.env.FAULT === '1' ? 12000 : 130;

function hike() {
  let heading = random() * 6;
  let at = { x: 0, y: 0 };
  return Array.from({ length: points }, () => {
    heading += (random() - 0.5) * (20 / Math.sqrt(points));
    at = { x: at.x + (4000 / points) * Math.cos(heading), y: at.y + (4000 / points) * Math.sin(heading) };
    return at;
  });
}

const hikes = Array.from({ length: 25 }, hike);
const path = (corners) => corners.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

serveUnderLoad({
  rate: 90,
  nextBody: () => `${pick(25)},${pick(25)},${pick(25)}`,
  handler(body, response) {
    const previews = body.split(',').map((number) => simplify(hikes[Number(number)], 60));
    const svg = previews.map((corners) => `<path d="${path(corners)}" class="hike"/>`);
    response.setHeader('content-type', 'image/svg+xml');
    response.end(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4000 -4000 8000 8000">${svg.join('')}</svg>`);
  },
});
