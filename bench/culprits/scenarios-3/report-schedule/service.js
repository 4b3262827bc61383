// When are reports due? FAULT: each team has a job for the start of the month now, beside those of every hour.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { nextRun, parseCron } = require('./cron/next.js');

const random = seededRandom(311);
const pick = (n) => (random() * n) | 0;
const monthly = process.env.FAULT === '1' ? '0-59 0-23 1 *' : '0-59 0-23 * *';

function plan({ team, jobs, now }) {
  const due = jobs.map(({ name, cron }) => ({ name, at: nextRun(parseCron(cron), now) }));
  return { team, due: due.filter(({ at }) => at !== null).sort((a, b) => a.at.day - b.at.day) };
}

function answer(body, response) {
  response.end(JSON.stringify(JSON.parse(body).map(plan)));
}

const now = () => ({ month: 1 + pick(12), day: 14 + pick(4), minute: pick(1440) });
const hourly = (_, i) => ({ name: `hourly ${i}`, cron: `${pick(60)} * * *` });
const team = (_, i) => ({
  team: `team ${i}`,
  jobs: [...Array.from({ length: 12 }, hourly), { name: 'month', cron: i === 0 ? monthly : '30 6 * *' }],
  now: now(),
});
const bodies = Array.from({ length: 30 }, () => JSON.stringify(Array.from({ length: 4 }, team)));

serveUnderLoad({ rate: 160, nextBody: () => bodies[pick(bodies.length)], handler: answer });
