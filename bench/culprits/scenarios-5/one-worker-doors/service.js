// Doors of four sites, a worker for each. FAULT: one site has a rule for every person, left over from an old system.
'use strict';

const cluster = require('node:cluster');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Locks } = require('./locks.js');

function openSite(site) {
  const random = seededRandom(527 + site);
  const pick = (n) => (random() * n) | 0;
  const many = process.env.FAULT === '1' && site === 1 ? 9000 : 12;
  const rules = Array.from({ length: many }, (_, i) => ({
    name: `rule ${i}`,
    from: pick(900),
    until: 5000 + pick(5000),
    doors: Array.from({ length: 8 }, () => `door ${pick(60)}`),
    groups: [`group ${100 + pick(50)}`, `group ${100 + pick(50)}`],
  }));
  rules.push({ name: 'everybody', from: 0, until: 10079, doors: ['door 0', 'door 1', 'door 2'], groups: ['group 1'] });
  const locks = new Locks(rules);

  function knock(body, response) {
    const events = JSON.parse(body);
    const opened = events.map((event) => ({ door: event.door, by: locks.decide(event) }));
    response.end(JSON.stringify(opened));
  }

  const event = () => ({
    badge: { id: pick(1e5), group: 'group 1' },
    door: `door ${pick(3)}`,
    minute: 1000 + pick(4000),
  });
  const bodies = Array.from({ length: 24 }, () => JSON.stringify(Array.from({ length: 60 }, event)));
  serveUnderLoad({ rate: 60, handler: knock, nextBody: () => bodies[pick(24)] });
}

if (cluster.isPrimary) for (let site = 0; site < 4; site++) cluster.fork({ SITE: String(site) });
else openSite(Number(process.env.SITE));
