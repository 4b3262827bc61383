// Whose text a line is in that V8 counted for a hot function.

const { calledFrom, couldBeInlined, reachable } = require('./candidates.js');
const { functionOnLine } = require('./functions.js');
const { isKnown } = require('./known.js');
const { lineAt } = require('./lines.js');

// Calls that cost next to nothing.
const LIGHT = new Set(
  'floor ceil round trunc min max abs imul sqrt sign push pop at charCodeAt codePointAt isArray isInteger'.split(' '),
);

// Ticks of a function on lines that can be no other's: of fewer nothing can be told …
const WITNESSED = 10;
// … nor where the function itself has more than this part of them.
const FAR_MORE = 2;

// The texts that a line of a hot function's ticks may be in, its own first. V8 gives the number of the line, not the
// file: a line of the function may be one of a callee in another file.
function textsAt(fn, line) {
  const own = ownText(fn, line);
  const others = textsOn(fn, line).filter(({ callee }) => callee !== own?.callee);
  const texts = own === undefined ? others : [own, ...others];
  if (texts.length > 0 || (fn.first <= line && line <= fn.last)) return texts;
  // Called by another name than its own.
  const there = functionOnLine(fn.file, line);
  return there !== undefined && couldBeInlined(there) && there !== fn.parent ? [{ callee: there }] : [];
}

// The function's own text on the line, or that of a function within it.
function ownText(fn, line) {
  if (line < fn.first || fn.last < line || blank(fn.file, line)) return undefined;
  const inner = functionOnLine(fn.file, line);
  const callee = inner === undefined || inner.first === line ? fn : inner;
  const outer = callee === fn ? 0 : reachable(fn).get(callee)?.loops || 0;
  return { callee, rank: -1, loops: outer + (callee.depthAt.get(line) || 0), light: isLight(fn, callee, line) };
}

// What the function calls and that has code on such a line.
function textsOn(fn, line) {
  const texts = [];
  for (const [callee, { depth, loops }] of new Map([...reachable(fn), ...calledFrom(fn)])) {
    if (!couldBeInlined(callee) || callee.first > line || callee.last < line || blank(callee.file, line)) continue;
    if (functionOnLine(callee.file, line) !== callee && callee.first !== callee.last) continue;
    const called = calledFrom(fn).has(callee);
    const rank = depth * 4 + (isKnown(callee) ? 0 : 1) + (callee.file === fn.file ? 0 : 2) + (called ? 0 : 8);
    const deep = loops + (callee.depthAt.get(line) || 0);
    texts.push({ callee, rank, called, loops: deep, light: isLight(fn, callee, line) });
  }
  return texts;
}

// A line that a function shares with one within it is the outer one's.
const isWithin = (inner, outer) => inner.file === outer.file && outer.start <= inner.start && inner.end <= outer.end;

// Of several texts the one that a line is of: the nearest, unless that does next to nothing on the line and another is
// deeper in loops, or as deep and does more; or unless another, deeper in loops, has far more ticks elsewhere.
// `ticksOf`: of a function on lines that can be no other's.
function likeliest(texts, ticksOf) {
  let nearest;
  for (const one of texts) if (nearest === undefined || one.rank < nearest.rank) nearest = one;
  if (nearest === undefined) return undefined;
  let chosen = nearest;
  for (const one of texts) {
    if (!one.called || one === chosen) continue;
    const deeper = one.loops - chosen.loops;
    const farMore = Math.max(WITNESSED, FAR_MORE * ticksOf(chosen.callee));
    if (deeper > 0 && ticksOf(one.callee) >= farMore && !isWithin(one.callee, nearest.callee)) chosen = one;
    else if (nearest.light && (deeper > 0 || (deeper === 0 && chosen.light && !one.light))) chosen = one;
  }
  return chosen.callee;
}

// Nothing is called on the line but what V8 may have inlined.
function isLight(fn, callee, line) {
  if (fn.reachableNames === undefined) fn.reachableNames = new Set([...reachable(fn).keys()].map(({ name }) => name));
  const calls = callee.callsAt.get(line) || [];
  return calls.every((name) => name !== undefined && (LIGHT.has(name) || fn.reachableNames.has(name)));
}

// Nothing but comments and closing brackets.
function blank(found, line) {
  const { text, starts, comments, commentEnds } = found;
  const end = starts[line] || text.length;
  let code = '';
  let from = starts[line - 1];
  for (let i = lineAt(commentEnds, from) - 1; i < comments.length && comments[i][0] < end; i++) {
    code += text.slice(from, Math.max(from, comments[i][0]));
    from = comments[i][1];
  }
  return /^[\])};,\s]*$/.test(code + text.slice(Math.min(from, end), end));
}

module.exports = { likeliest, textsAt };
