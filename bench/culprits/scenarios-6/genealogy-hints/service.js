// Who may be the same person in two family trees? FAULT: an import without birthdays, so nobody can be left out by it.
'use strict';

const jaro = require('jaro-lite');
const { seededRandom, serveUnderLoad } = require('../../support/load.js');

const random = seededRandom(615);
const pick = (n) => (random() * n) | 0;
const SYLLABLES = ['an', 'ber', 'cor', 'del', 'el', 'fre', 'gus', 'hil', 'ing', 'jo', 'kar', 'lin', 'mar', 'na', 'ot'];
const nameOf = () => Array.from({ length: 4 + pick(3) }, () => SYLLABLES[pick(SYLLABLES.length)]).join('');
const isDated = process.env.FAULT !== '1';
const people = Array.from({ length: 5500 }, (_, id) => ({
  id,
  name: nameOf(),
  born: isDated ? 1700 + pick(250) : null,
}));

function hintsFor(person) {
  const hints = [];
  for (const other of people) {
    if (person.born !== null && other.born !== null && Math.abs(person.born - other.born) > 2) continue;
    const likeness = jaro(person.name, other.name);
    if (likeness > 0.86 && other !== person) hints.push({ id: other.id, likeness });
  }
  return hints.sort((a, b) => b.likeness - a.likeness).slice(0, 5);
}

serveUnderLoad({
  rate: 80,
  handler(body, response) {
    const { id } = JSON.parse(body);
    response.end(JSON.stringify(hintsFor(people[id])));
  },
  nextBody: () => JSON.stringify({ id: pick(people.length) }),
});
