// Freight over several ports. FAULT: carriers send their tariffs by the kilo, no longer in five steps.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { cheapest } = require('./network.js');

const random = seededRandom(611);
const pick = (n) => (random() * n) | 0;
const PORTS = 40;
const [steps, kilos] = process.env.FAULT === '1' ? [2500, 1] : [5, 500];
const legs = Array.from({ length: 220 }, () => ({
  from: pick(PORTS),
  to: pick(PORTS),
  handling: 4000 + pick(9000),
  steps: Array.from({ length: 2 * steps }, (_, i) => (i % 2 === 0 ? kilos : 4 + pick(30))),
}));

function quote(body, response) {
  const { from, to, weight } = JSON.parse(body);
  const { cents, via } = cheapest(legs, PORTS, from, weight, 4);
  const ports = [to];
  while (via[ports[0]] >= 0 && ports.length < 6) ports.unshift(via[ports[0]]);
  response.end(`${ports.join(' > ')}: ${(cents[to] / 100).toFixed(2)}`);
}

serveUnderLoad({
  rate: 80,
  handler: quote,
  nextBody: () => JSON.stringify({ from: pick(PORTS), to: pick(PORTS), weight: 300 + pick(1800) }),
});
