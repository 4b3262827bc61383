// Will the levee hold? FAULT: levees are surveyed by the metre, no longer by the seven of the old maps.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { seep, wettest } from './seepage.js';

const random = seededRandom(613);
const pick = (n) => Math.floor(random() * n);
const finer = process.env.FAULT === '1' ? 7 : 1;
const levees = Array.from({ length: 9 }, (_, km) => {
  const [columns, rows] = [14 * finer, 6 * finer];
  return { km, columns, rows, soil: Float32Array.from({ length: columns * rows }, () => 0.2 + random() * 0.8) };
});

serveUnderLoad({
  rate: 75,
  handler(body, response) {
    const { km, inside, outside } = JSON.parse(body);
    const levee = levees[km];
    const heads = seep(levee, inside, outside, 100);
    const wet = wettest(heads, levee.columns, levee.rows);
    response.end(`${km}: ${wet.toFixed(3)} m, ${wet > outside + 0.5 ? 'watch it' : 'it holds'}`);
  },
  nextBody: () => JSON.stringify({ km: pick(9), inside: 3 + pick(40) / 10, outside: 1 + pick(10) / 10 }),
});
