// Which slopes are open? FAULT: the first snow fell: the same questions as ever, but four times as many.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Slopes, sentence } from './slopes.js';

const random = seededRandom(531);
const pick = (n) => Math.floor(random() * n);
const valleys = ['ash', 'beech', 'cherry', 'fir', 'larch'];
const slopes = new Slopes(
  Array.from({ length: 260 }, (_, i) => ({
    name: `slope ${i}`,
    valley: valleys[pick(5)],
    isOpen: pick(4) > 0,
    grade: pick(4),
    snow: pick(160),
    lifts: [`lift ${pick(20)}`, `lift ${20 + pick(20)}`],
  })),
);

function report(body, response) {
  const { valley, hardest, guest } = JSON.parse(body);
  const open = slopes.open(valley, hardest).sort((a, b) => b.snow - a.snow);
  response.setHeader('content-language', guest.language);
  response.end(open.map(sentence).join('\n'));
}

serveUnderLoad({
  handler: report,
  rate: process.env.FAULT === '1' ? 540 : 135,
  nextBody: () =>
    JSON.stringify({ valley: valleys[pick(5)], hardest: pick(4), guest: { language: 'en', pass: pick(1e6) } }),
});
