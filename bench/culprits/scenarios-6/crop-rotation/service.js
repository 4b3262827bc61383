// What to sow where. FAULT: the archive of the market garden is imported, where each bed bears several times a year.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Farm } from './fields.js';

const random = seededRandom(601);
const pick = (n) => Math.floor(random() * n);
const [years, catches] = process.env.FAULT === '1' ? [70, 14] : [6, 1];
const FAMILIES = 30;

function harvestsOf(usual) {
  const harvests = [];
  for (let year = 2026 - years; year < 2026; year++) {
    for (let i = 0; i < catches; i++) harvests.push({ year, family: usual[pick(4)], kilos: 400 + pick(900) });
  }
  return harvests;
}

const farm = new Farm(
  Array.from({ length: 160 }, (_, i) => ({
    name: `bed ${i}`,
    hectares: 1 + pick(9),
    harvests: harvestsOf([pick(FAMILIES), pick(FAMILIES), pick(FAMILIES), pick(FAMILIES)]),
  })),
);

serveUnderLoad({
  rate: 80,
  handler(body, response) {
    const { wishes, year } = JSON.parse(body);
    response.end(farm.plan(wishes, year).join('\n'));
  },
  nextBody: () =>
    JSON.stringify({
      year: 2026,
      wishes: Array.from({ length: 10 }, (_, i) => ({ crop: `crop ${i}`, family: pick(FAMILIES), rest: 2 + pick(4) })),
    }),
});
