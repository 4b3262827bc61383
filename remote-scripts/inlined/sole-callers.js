// Which of the functions that an optimised one may hold must have made a call: the only one whose text has it.

const { calledBy, calledFrom } = require('./candidates.js');
const { isKnown } = require('./known.js');

const MOST_NAMES = 100;
// Shorter names are those of a minifier, or mean too much.
const SHORTEST_NAME = 3;

// Pairs of a name that the text of `fn` does not call, and the only function that it may hold whose text does.
function soleCallers(fn) {
  const own = calledBy(fn);
  const callers = new Map();
  for (const callee of calledFrom(fn).keys()) {
    if (!isKnown(callee)) continue;
    for (const name of calledBy(callee))
      if (name.length >= SHORTEST_NAME && !own.has(name)) callers.set(name, callers.has(name) ? undefined : callee);
  }
  return [...callers].filter(([, callee]) => callee !== undefined).slice(0, MOST_NAMES);
}

module.exports = { soleCallers };
