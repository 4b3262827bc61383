'use strict';

/** The first place of a list, from `from` on, that is not before the document. */
function seek(list, from, document) {
  let at = from;
  while (at < list.length && list[at] < document) at++;
  return at;
}

/** Documents of all lists: the shortest one leads. */
function inAll(lists) {
  const [lead, ...others] = lists.toSorted((a, b) => a.length - b.length);
  const places = others.map(() => 0);
  const found = [];
  for (const document of lead) {
    let everywhere = true;
    for (let i = 0; i < others.length; i++) {
      places[i] = seek(others[i], places[i], document);
      if (others[i][places[i]] !== document) everywhere = false;
    }
    if (everywhere) found.push(document);
  }
  return found;
}

module.exports = { inAll };
