// Sheets of bar codes. FAULT: a wholesaler checks its stock list of 20,000 codes with each sheet, not the 20 it prints.
import { bars, isValid } from 'ean-label';
import { seededRandom, serveUnderLoad } from '../../support/load.js';

const random = seededRandom(412);
const pick = (n) => Math.floor(random() * n);
const stock = process.env.FAULT === '1' ? 20000 : 20;
const codes = Array.from({ length: stock }, () => `40${String(pick(1e11)).padStart(11, '0')}`);

function sheet(body, response) {
  const { printed, width } = JSON.parse(body);
  const wrong = [];
  for (const code of codes) if (!isValid(code)) wrong.push(code);
  const labels = printed.map((code) => `<g>${bars(code).replace(/1/g, `<rect width="${width}" height="40"/>`)}</g>`);
  response.setHeader('x-wrong', String(wrong.length));
  response.end(labels.join('\n'));
}

const bodies = Array.from({ length: 20 }, () =>
  JSON.stringify({ width: 1 + pick(2), printed: Array.from({ length: 20 }, () => codes[pick(stock)]) }),
);
serveUnderLoad({ rate: 120, handler: sheet, nextBody: () => bodies[pick(20)] });
