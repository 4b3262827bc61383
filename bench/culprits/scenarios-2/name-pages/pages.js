/** Pages of a directory of people. */
const LOCALE = 'sv';

function byName(a, b) {
  return a.family.localeCompare(b.family, LOCALE) || a.given.localeCompare(b.given, LOCALE);
}

const byId = (a, b) => a.id - b.id;

export function page(people, { order, number, size }) {
  const sorted = people.toSorted(order === 'name' ? byName : byId);
  const from = number * size;
  return { items: sorted.slice(from, from + size), pages: Math.ceil(sorted.length / size), number };
}
