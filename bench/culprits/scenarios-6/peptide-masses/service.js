// Which protein was in the mass spectrometer? FAULT: the settings of the last user, who had let the enzyme miss much.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { explain } from './digest.js';

const random = seededRandom(603);
const pick = (n) => Math.floor(random() * n);
const settings = { missed: process.env.FAULT === '1' ? 36 : 1, charges: 3 };
const letters = 'ACDEFGHIKLMNPQRSTVWYAGLLSE';
const proteins = Array.from({ length: 30 }, (_, id) => ({
  id: `P${10000 + id}`,
  sequence: Array.from({ length: 900 }, () => letters[pick(letters.length)]).join(''),
}));

function identify(body, response) {
  const { protein, peaks } = JSON.parse(body);
  const { id, sequence } = proteins[protein];
  const found = explain(sequence, new Set(peaks), settings);
  response.end(`${id}: ${found.map(({ from, to, charge }) => `${from}-${to}/${charge}+`).join(' ')}`);
}

serveUnderLoad({
  rate: 75,
  handler: identify,
  nextBody: () =>
    JSON.stringify({ protein: pick(proteins.length), peaks: Array.from({ length: 25 }, () => 3000 + pick(40000)) }),
});
