// Bookings are validated. FAULT: forms became editable, and since then each booking compiles its schema.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { Forms, formOf } from './forms.js';

const random = seededRandom(119);
const pick = (n) => (random() * n) | 0;
const QUESTIONS = 210;
const forms = new Forms(process.env.FAULT !== '1');
const form = formOf(QUESTIONS);

function answer(body, response) {
  const bookings = JSON.parse(body);
  const faults = [];
  for (const booking of bookings) forms.checkerFor(booking.hotel, form)(booking, faults);
  const nights = bookings.reduce((sum, { guests }) => sum + guests.length, 0);
  response.end(JSON.stringify({ faults, nights, echo: bookings.map(({ hotel, billing }) => ({ hotel, billing })) }));
}

const address = () => ({ street: `Street ${pick(99)}`, town: 'Chur', code: String(7000 + pick(99)) });
const guest = () => ({
  name: `Guest ${pick(99)}`,
  mail: `g${pick(99)}@example.com`,
  age: pick(90),
  address: address(),
});
const extra = Object.fromEntries([3, 14, 15, 92, 65].map((i) => [`answer${i}`, `yes, ${i}`]));
const booking = () => ({ hotel: `h${pick(50)}`, guests: [guest(), guest()], billing: address(), extra });

serveUnderLoad({
  rate: 120,
  nextBody: () => JSON.stringify(Array.from({ length: 30 }, booking)),
  handler: answer,
});
