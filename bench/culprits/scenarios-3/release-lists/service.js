// Releases of packages. FAULT: they are listed by version, with a package that compares them, and not by their day.
'use strict';

const versions = require('version-order');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');

const random = seededRandom(320);
const pick = (n) => (random() * n) | 0;
const order = process.env.FAULT === '1' ? 'version' : 'day';

function sorted(releases) {
  if (order === 'day') return releases.toSorted((a, b) => a.day - b.day).map(({ version }) => version);
  return versions.sort(releases.map(({ version }) => version));
}

function badge(name, version) {
  const colour = version.includes('-') ? 'orange' : 'green';
  return `<svg><title>${name}</title><text fill="${colour}">${version.padStart(12)}</text></svg>`;
}

function answer(body, response) {
  const packages = JSON.parse(body);
  const lists = packages.map(({ name, releases }) => {
    const list = sorted(releases);
    return { name, badge: badge(name, list.at(-1)), recent: list.slice(-10) };
  });
  response.end(JSON.stringify(lists));
}

const release = () => ({
  version: `${pick(6)}.${pick(20)}.${pick(20)}${pick(5) === 0 ? `-rc.${pick(4)}` : ''}`,
  day: pick(3000),
});
const software = (_, i) => ({ name: `package-${i}`, releases: Array.from({ length: 90 }, release) });
const bodies = Array.from({ length: 30 }, () => JSON.stringify(Array.from({ length: 7 }, software)));

serveUnderLoad({ rate: 130, nextBody: () => bodies[pick(bodies.length)], handler: answer });
