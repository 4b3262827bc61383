// Which of the functions that an optimised one may hold must have made a call: the only one whose text has it.

const { DEEPEST_CALL, MOST_REACHED, couldBeInlined, meaningOf } = require('./candidates.js');
const { isKnown } = require('./known.js');

const MOST_NAMES = 100;
// Shorter names are those of a minifier, or mean too much.
const SHORTEST_NAME = 3;

const calledBy = (fn) => new Set([...fn.callsAt.values()].flat().filter(Boolean));

// What `fn` surely calls, directly and through more calls, and may hold: without what its text only mentions.
function holds(fn) {
  const seen = new Set([fn]);
  let edge = [fn];
  for (let depth = 1; depth <= DEEPEST_CALL; depth++) {
    const next = new Set();
    for (const caller of edge) {
      for (const { fn: inner } of caller.nested) next.add(inner);
      for (const name of calledBy(caller)) for (const callee of meaningOf(caller, name)) next.add(callee);
    }
    edge = [...next].filter((one) => !seen.has(one) && couldBeInlined(one) && isKnown(one));
    for (const one of edge) seen.add(one);
    if (seen.size > MOST_REACHED) break;
  }
  seen.delete(fn);
  return seen;
}

// Pairs of a name that the text of `fn` does not call, and the only function that it may hold whose text does.
function soleCallers(fn) {
  const own = calledBy(fn);
  const callers = new Map();
  for (const callee of holds(fn))
    for (const name of calledBy(callee))
      if (name.length >= SHORTEST_NAME && !own.has(name)) callers.set(name, callers.has(name) ? undefined : callee);
  return [...callers].filter(([, callee]) => callee !== undefined).slice(0, MOST_NAMES);
}

module.exports = { soleCallers };
