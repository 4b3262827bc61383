'use strict';

/** `1-5,30` as the list of all that fit. */
function parseField(text, [from, to]) {
  if (text === '*') return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return text.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

function fits(field, value) {
  for (let i = 0; i < field.length; i++) {
    if (field[i] === value) return true;
  }
  return false;
}

module.exports = { fits, parseField };
