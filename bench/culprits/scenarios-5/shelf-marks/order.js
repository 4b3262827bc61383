'use strict';

/** Shelf marks such as `QA 76.73 .J39` in a form that sorts as text. */
function keyOf(mark) {
  const parts = mark.split(' ');
  return parts[0].padEnd(3) + parts[1].padStart(8, '0') + parts[2].toUpperCase();
}

const inOrder = (books) => books.toSorted((a, b) => (keyOf(a.mark) < keyOf(b.mark) ? -1 : 1));

/** Books that stand in the wrong place: those after which the shelf goes back. */
function misplaced(books) {
  const sorted = inOrder(books);
  return books.filter((book, at) => sorted[at] !== book);
}

module.exports = { misplaced };
