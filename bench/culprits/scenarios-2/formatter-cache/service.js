// Timetables. FAULT: days are written out in the traveller's language; the cache of formatters never hits.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { delays, render } from './timetable.js';

const random = seededRandom(116);
const pick = (n) => (random() * n) | 0;
const options =
  process.env.FAULT === '1'
    ? { style: 'long', parts: { weekday: 'long', day: 'numeric', month: 'long' } }
    : { style: 'iso' };

function answer(body, response) {
  const { locale, trains } = JSON.parse(body);
  response.setHeader('x-delays', JSON.stringify(delays(trains)));
  response.end(render(trains, { locale, options }));
}

const train = (_, i) => {
  const planned = 1.75e12 + i * 600000;
  return {
    line: `RE ${pick(90)}`,
    to: 'Brig & Visp',
    planned,
    actual: planned + pick(3) * 120000,
    platform: String(1 + pick(20)),
  };
};

serveUnderLoad({
  rate: 130,
  nextBody: () =>
    JSON.stringify({ locale: ['de', 'fr', 'it', 'en-GB'][pick(4)], trains: Array.from({ length: 240 }, train) }),
  handler: answer,
});
