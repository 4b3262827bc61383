// What changed in a contract? FAULT: drafts of another office have no numbered clauses, so each is one long part.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { redline } from './redline.js';

const random = seededRandom(610);
const pick = (n) => Math.floor(random() * n);
const [clauses, length] = process.env.FAULT === '1' ? [1, 200] : [10, 20];
const SUBJECTS = ['the lessee', 'the lessor', 'the lease', 'the premises', 'the premium', 'the term', 'the rent'];
const VERBS = [' shall', ' may', ' must not', ' is', ' ends', ' is due', ' falls to'];

function phrase() {
  const text = SUBJECTS[pick(SUBJECTS.length)] + VERBS[pick(VERBS.length)];
  return pick(4) === 0 ? text.toUpperCase() : text;
}

const contracts = Array.from({ length: 10 }, (_, id) => {
  const draft = Array.from({ length: clauses }, () => Array.from({ length }, phrase));
  const signed = draft.map((clause) =>
    clause.flatMap((one) => (pick(25) === 0 ? [] : pick(25) === 0 ? [one, phrase()] : one)),
  );
  return { id, draft, signed };
});

serveUnderLoad({
  rate: 70,
  handler(body, response) {
    const { contract } = JSON.parse(body);
    const { draft, signed } = contracts[contract];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(redline(draft, signed)));
  },
  nextBody: () => JSON.stringify({ contract: pick(contracts.length) }),
});
