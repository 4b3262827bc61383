// Functions that the program has run: of its map, and of V8's profile.

const fs = require('node:fs');
const { toPath } = require('./files.js');
const { lineAt } = require('./lines.js');
const { addTo } = require('./lists.js');
const { LONGEST_SYMBOL, parseSymbol, shortName, utf8 } = require('./symbols.js');

const LARGEST_MAP = 64 << 20;

const knownByName = new Map();
const knownAt = new Map();
// Where no column is known, the name and the line must do.
const placeKey = ({ name, file, line, column }) => `${toPath(file)}:${line}:${column || shortName(name)}`;

// A place may come again, for each tier that compiled it.
function know(place) {
  const at = placeKey(place);
  const known = knownAt.get(at);
  if (known !== undefined) known.optimised ||= place.optimised;
  else {
    knownAt.set(at, place);
    addTo(knownByName, shortName(place.name), place);
  }
}

const filesThatRan = () => [...new Set([...knownAt.values()].map(({ file }) => toPath(file)))];

function* linesOf(fd, largest) {
  const chunk = Buffer.alloc(1 << 20);
  let rest = '';
  let read = 0;
  for (;;) {
    let count = 0;
    try {
      count = fs.readSync(fd, chunk, 0, chunk.length, null);
    } catch {
      return;
    }
    read += count;
    if (count === 0 || read > largest) break;
    const lines = (rest + chunk.toString('latin1', 0, count)).split('\n');
    // Longer lines are cut: nobody reads them.
    rest = lines.pop().slice(0, 2 * LONGEST_SYMBOL);
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function readMap() {
  for (const line of linesOf(8, LARGEST_MAP)) {
    const at = line.indexOf(' ', line.indexOf(' ') + 1) + 1;
    if (!/^(?:JS|LazyCompile|Function):/.test(line.slice(at, at + 12))) continue;
    const place = line.length <= 2 * LONGEST_SYMBOL && parseSymbol(utf8(line.slice(at)));
    if (place) know(place);
  }
}

function knownPlace(fn) {
  const line = lineAt(fn.file.starts, fn.head);
  const column = fn.head - fn.file.starts[line - 1] + 1;
  const place = { name: fn.name, file: fn.file.file, line, column };
  return { place, known: knownAt.get(placeKey(place)) || knownAt.get(placeKey({ ...place, column: 0 })) };
}

function placeOf(fn) {
  const { place, known } = knownPlace(fn);
  return known || place;
}

const isKnown = (fn) => knownPlace(fn).known !== undefined;

module.exports = { filesThatRan, isKnown, know, knownByName, linesOf, placeKey, placeOf, readMap };
