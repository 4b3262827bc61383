// Finder charts for telescopes. FAULT: the catalogue goes down to stars that no guest of the observatory can see.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { chartOf } from './chart.js';

const random = seededRandom(511);
const stars = process.env.FAULT === '1' ? 26000 : 500;
const catalogue = Array.from({ length: stars }, (_, i) => ({
  name: `HX ${i}`,
  ascension: random() * 2 * Math.PI,
  declination: Math.asin(2 * random() - 1),
  magnitude: 6 + random() * 8,
}));

function chart(body, response) {
  const { field, most } = JSON.parse(body);
  const dots = chartOf(catalogue, field, most).map(({ name, magnitude, ascension, declination }) => {
    const [x, y] = [(ascension - field.ascension) * 900, (declination - field.declination) * 900];
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${(15 - magnitude).toFixed(1)}"><title>${name}</title></circle>`;
  });
  response.setHeader('content-type', 'image/svg+xml');
  response.end(`<svg>${dots.join('')}</svg>`);
}

serveUnderLoad({
  rate: 80,
  handler: chart,
  nextBody: () =>
    JSON.stringify({ most: 30, field: { ascension: random() * 6, declination: random() - 0.5, radius: 0.04 } }),
});
