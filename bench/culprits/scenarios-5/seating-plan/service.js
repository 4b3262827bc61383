// Seats at a wedding. FAULT: what guests like is read from their profiles, dozens of topics, not from a small form.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { seat } from './plan.js';

const random = seededRandom(509);
const pick = (n) => Math.floor(random() * n);
const liked = process.env.FAULT === '1' ? 95 : 3;
const topics = Array.from({ length: 200 }, (_, i) => `topic ${i}`);

const parties = Array.from({ length: 8 }, () =>
  Array.from({ length: 48 }, (_, i) => ({
    name: `guest ${i}`,
    avoids: pick(6) === 0 ? `guest ${pick(48)}` : null,
    topics: Array.from({ length: liked }, () => topics[pick(200)]),
  })),
);

function arrange(body, response) {
  const { party, tables } = JSON.parse(body);
  const plan = seat(parties[party], { tables, seats: 8 });
  response.end(plan.map((seated, i) => `table ${i + 1}: ${seated.map(({ name }) => name).join(', ')}`).join('\n'));
}

serveUnderLoad({
  rate: 60,
  handler: arrange,
  nextBody: () => JSON.stringify({ party: pick(8), tables: 6 + pick(3), hall: 'barn' }),
});
