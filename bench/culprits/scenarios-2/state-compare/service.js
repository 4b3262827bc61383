// Seats of a theatre, pushed to screens when a view changed. FAULT: one view is made anew each time.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Store } from './store.js';
import { seat, viewsOf } from './views.js';

const random = seededRandom(115);
const pick = (n) => (random() * n) | 0;
const store = new Store({ title: 'The Tempest', seats: Array.from({ length: 2000 }, (_, id) => seat(id)) });
const views = viewsOf(process.env.FAULT === '1');

function drawTicket({ guest, seats }) {
  const lines = seats.map(
    (id) => `${guest.trim().toUpperCase()} – row ${'ABCDEFGH'[id % 8]} – seat ${String(id).padStart(4, '0')}`,
  );
  return lines
    .join('\n')
    .replace(/[^\w\s–]/g, '')
    .normalize('NFC');
}

function answer(body, response) {
  const requests = JSON.parse(body);
  const tickets = requests.map(drawTicket);
  if (requests[0].seats[0] === 5) store.update({ title: `The Tempest ${requests[0].guest}` });
  const drawn = views
    .map(({ name, selector }) => ({ name, ...store.select(name, selector) }))
    .filter(({ changed }) => changed);
  response.end(JSON.stringify({ tickets, drawn: drawn.map(({ name }) => name) }));
}

const request = () => ({ guest: ` Guest no. ${pick(999)} `, seats: Array.from({ length: 6 }, () => pick(900)) });

serveUnderLoad({
  rate: 170,
  nextBody: () => JSON.stringify(Array.from({ length: 50 }, request)),
  handler: answer,
});
