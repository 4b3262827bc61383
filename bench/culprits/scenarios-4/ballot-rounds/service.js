// Elections of clubs by ranked votes. FAULT: a festival lets everybody rank its 96 bands instead of a board of four.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { count } from './ballot/count.js';

const random = seededRandom(409);
const pick = (n) => Math.floor(random() * n);
const candidates = process.env.FAULT === '1' ? 96 : 4;

function ranking() {
  const order = Array.from({ length: candidates }, (_, i) => [random() + i / candidates, i]);
  return order.sort(([a], [b]) => a - b).map(([, i]) => i);
}
const elections = Array.from({ length: 10 }, () =>
  Array.from({ length: 260 }, () => ({ ranking: ranking(), weight: 1, station: pick(9) })),
);

const protocol = ({ rounds, winner }) =>
  [...rounds.map((votes, i) => `Round ${i + 1}: ${votes.join(' ')}`), `Elected: ${winner}`].join('\n');

const counted = (body, response) => {
  const { election, stations } = JSON.parse(body);
  const ballots = elections[election].filter(({ station }) => !stations.includes(station));
  response.end(protocol(count(ballots, candidates)));
};

serveUnderLoad({
  handler: counted,
  rate: 100,
  nextBody: () => JSON.stringify({ election: pick(10), stations: [pick(40), pick(40)] }),
});
