// What a function may hold: what it calls, directly and through other calls.

const { importedFiles, loadFile, toPath } = require('./files.js');
const { functionAt } = require('./functions.js');
const { filesThatRan, isKnown, knownByName, placeOf } = require('./known.js');

const MOST_CALLEES = 12;
const DEEPEST_CALL = 5;
const MOST_MEANINGS = 50;
const MOST_REACHED = 400;
// V8 inlines up to 460 bytes of bytecode, which longer texts do not compile to.
const LONGEST_INLINED = 4000;

// The functions that a name may mean to `fn`: in its file, else those that have run, else those of the files that it
// imports.
function meaningOf(fn, name) {
  // Of a bundle's thousand functions `t` none can be told to be meant.
  const own = (fn.file.byName.get(name) || []).slice(0, MOST_MEANINGS).filter((one) => one !== fn);
  if (own.length > 0) return own;
  const known = [];
  for (const place of nearestKnown(fn, name)) {
    const found = loadFile(place.file);
    const there = found && functionAt(found, place);
    if (there) known.push(there);
  }
  if (known.length > 0) return known;
  return importedFiles(fn.file).flatMap((file) => (loadFile(file)?.byName.get(name) || []).slice(0, MOST_MEANINGS));
}

// Of a name without a meaning: the functions right within the factory that has made what it stands for.
function madeFor(fn, name) {
  const factory = fn.file.factories.get(name);
  if (factory === undefined || fn.file.factories.has(factory)) return [];
  return meaningOf(fn, factory).flatMap(({ nested }) => nested.map((one) => one.fn));
}

function packageOf(file) {
  const at = file.lastIndexOf('/node_modules/');
  return at < 0
    ? ''
    : file.slice(0, at + 14) +
        file
          .slice(at + 14)
          .split('/', file[at + 14] === '@' ? 2 : 1)
          .join('/');
}

const filesOfPackages = new Map();

// With what a factory has made, and a method of a class that the file need not import.
function anyMeaningOf(fn, name) {
  for (const find of [meaningOf, madeFor, ofService]) {
    const meant = find(fn, name);
    if (meant.length > 0) return meant;
  }
  return [];
}

// Of a name without a meaning in its file: functions of the files of the same package that have run, and that these
// import.
function ofService(fn, name) {
  const own = packageOf(fn.file.file);
  if (!filesOfPackages.has(own)) {
    const ran = filesThatRan().filter((file) => packageOf(file) === own);
    const found = ran.map(loadFile).filter(Boolean);
    filesOfPackages.set(own, [...new Set([...ran, ...found.flatMap(importedFiles)])]);
  }
  return filesOfPackages
    .get(own)
    .flatMap((file) => loadFile(file)?.byName.get(name) || [])
    .slice(0, MOST_MEANINGS);
}

// Many functions are called `get`: those of imported files are meant, else those of the same package, else any.
function nearestKnown(fn, name) {
  const all = knownByName.get(name) || [];
  if (all.length < 2) return all;
  const imported = importedFiles(fn.file);
  const own = packageOf(fn.file.file);
  const distance = ({ file }) => (imported.includes(toPath(file)) ? 0 : packageOf(file) === own ? 1 : 2);
  const nearest = Math.min(...all.map(distance));
  return all.filter((one) => distance(one) === nearest).slice(0, 6);
}

// What comes from `fn` in up to five steps, the nearest first, each with the loops on the way. `callees`: pairs of a
// function that one calls, and the loops around that.
function within(fn, callees) {
  const seen = new Map([[fn, { depth: 0, loops: 0 }]]);
  let edge = [fn];
  for (let depth = 1; depth <= DEEPEST_CALL; depth++) {
    const next = [];
    for (const caller of edge) {
      if (seen.size > MOST_REACHED) break;
      const { loops: outer } = seen.get(caller);
      for (const [callee, loops] of callees(caller)) {
        if (seen.has(callee) || seen.size > MOST_REACHED) continue;
        seen.set(callee, { depth, loops: outer + loops });
        next.push(callee);
      }
    }
    edge = next;
  }
  seen.delete(fn);
  return seen;
}

const nestedIn = (fn) => fn.nested.map((one) => [one.fn, one.loops]);

// All that the text of `fn` mentions, directly and through up to four more calls.
function reachable(fn) {
  fn.reachable ??= within(fn, (caller) => [
    ...nestedIn(caller),
    ...[...caller.calls].flatMap(([name, loops]) => meaningOf(caller, name).map((callee) => [callee, loops - 1])),
  ]);
  return fn.reachable;
}

const calledBy = (fn) => new Set([...fn.callsAt.values()].flat().filter(Boolean));

// What `fn` surely calls, through calls that V8 may inline.
function calledFrom(fn) {
  fn.calledFrom ??= within(fn, (caller) => {
    const called = [...calledBy(caller)].flatMap((name) => {
      const loops = (caller.calls.get(name) || 1) - 1;
      return anyMeaningOf(caller, name).map((callee) => [callee, loops]);
    });
    return [...nestedIn(caller), ...called].filter(([callee]) => couldBeInlined(callee));
  });
  return fn.calledFrom;
}

function couldBeInlined(fn) {
  return !fn.resumable && !fn.isProgram && fn.end - fn.start - fn.nestedText <= LONGEST_INLINED;
}

// Those that V8 has optimised come first, as it does before long with all that burns; of these, those that do most by
// themselves, for what their text says; of equals, those that are called most directly, as they are found first. Pairs
// as `reachable` has them.
function candidatesOf(fn) {
  const work = ([callee, { loops }]) => (placeOf(callee).optimised ? 1e9 : 1) * callee.work * 100 ** loops;
  return [...reachable(fn)]
    .filter(([callee]) => couldBeInlined(callee) && isKnown(callee))
    .sort((a, b) => work(b) - work(a))
    .slice(0, MOST_CALLEES);
}

module.exports = { calledBy, calledFrom, candidatesOf, couldBeInlined, reachable };
