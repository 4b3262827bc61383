'use strict';

const RULES = new Map([
  ['UNH', (elements) => elements.length >= 3],
  ['LIN', (elements) => /^\d+$/.test(elements[1][0])],
  ['QTY', ([, quantity]) => quantity.length === 2 && Number(quantity[1]) > 0],
  ['FTX', () => true],
]);

/** What is wrong with the segments of an interchange, and how much is ordered. */
function checkOrders(segments) {
  const problems = [];
  let pieces = 0;
  segments.forEach((elements, i) => {
    const [[tag]] = elements;
    const rule = RULES.get(tag);
    if (rule === undefined || !rule(elements)) problems.push(`${i}: ${tag}`);
    else if (tag === 'QTY') pieces += Number(elements[1][1]);
  });
  return { problems, pieces };
}

module.exports = { checkOrders };
