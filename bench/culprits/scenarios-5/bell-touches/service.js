// Touches of bell ringers are proved. FAULT: they ring quarter peals, not the few changes of a Sunday morning.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Touch } from './touch.js';

const BELLS = '12345678';
const random = seededRandom(502);
const pick = (n) => Math.floor(random() * n);
const changes = process.env.FAULT === '1' ? 1300 : 48;

function shuffled() {
  const bells = [...BELLS];
  for (let i = bells.length - 1; i > 0; i--) {
    const j = pick(i + 1);
    [bells[i], bells[j]] = [bells[j], bells[i]];
  }
  return bells.join('');
}

const touches = Array.from({ length: 16 }, () =>
  [BELLS, ...Array.from({ length: changes }, shuffled), BELLS].join(' '),
);

serveUnderLoad({
  rate: 80,
  nextBody: () => touches[pick(touches.length)],
  handler(body, response) {
    const rows = body.split(' ');
    const touch = new Touch(BELLS.length);
    const repeated = touch.prove(rows.slice(0, -1));
    const minutes = Math.round((touch.length * 2.1) / 60);
    response.setHeader('x-minutes', String(minutes));
    response.end(repeated.length === 0 ? 'true' : `false: ${repeated.join(', ')}`);
  },
});
