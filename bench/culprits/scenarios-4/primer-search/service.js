// Where do primers bind? FAULT: a course tries its primers on whole plasmids instead of single exons.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { places } from './anneal.js';

const random = seededRandom(403);
const pick = (n) => Math.floor(random() * n);
const bases = (length) => Array.from({ length }, () => 'ACGT'[pick(4)]).join('');
const length = process.env.FAULT === '1' ? 9000 : 500;
const strands = new Map(Array.from({ length: 12 }, (_, i) => [`seq-${i}`, bases(length)]));

function gcContent(primer) {
  const strong = primer.match(/[GC]/g)?.length ?? 0;
  return strong / primer.length;
}

function handle(body, response) {
  const { strand, primers } = JSON.parse(body);
  const report = primers.map((primer) => {
    const found = [...places(strands.get(strand), primer, 4)];
    return { primer, gc: gcContent(primer).toFixed(2), melting: 64.9 + 41 * gcContent(primer), found };
  });
  response.end(JSON.stringify({ strand, report }));
}

const bodies = Array.from({ length: 30 }, () =>
  JSON.stringify({ strand: `seq-${pick(12)}`, primers: Array.from({ length: 6 }, () => bases(20)) }),
);
serveUnderLoad({ handler: handle, rate: 50, nextBody: () => bodies[pick(30)] });
