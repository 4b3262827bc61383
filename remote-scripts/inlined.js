// What V8 may have inlined into the hot functions of one program, and what its own profiler saw: run by the program's
// own node binary (16 or newer) as the program's user, in its mount namespace, so it can read nothing that the
// program could not. Node's own parser reads the files that the profile names; no text of theirs is sent, only names
// and places.
//
// stdin: lines `COUNT SYMBOL`, the hot optimised functions as perf names them. Descriptor 8: the map of the process
// (may be empty); descriptor 7: its .cpuprofile (may be empty). Argument: `samples` when V8's samples are wanted as
// well. stdout: one line of JSON, see docs/formats.md.

const fs = require('node:fs');
const path = require('node:path');
const module_ = require('node:module');
const { fileURLToPath } = require('node:url');

const LARGEST_SOURCE = 2 << 20;
const ALL_SOURCES = 8 << 20;
const MOST_FILES = 60;
const MOST_FUNCTIONS = 60;
const MOST_CALLEES = 12;
const DEEPEST_CALL = 3;
const MOST_MEANINGS = 50;
const MOST_REACHED = 400;
const LARGEST_MAP = 64 << 20;
const LONGEST_SYMBOL = 2000;
// Its text and its objects must fit into 128 MB; half an hour at 99 Hz makes 15 MB.
const LARGEST_PROFILE = 24 << 20;
const MOST_NODES = 60000;
const MOST_SAMPLES = 200000;
// The script takes 4 MB (code.sh).
const LARGEST_ANSWER = 3800000;
// V8 inlines up to 460 bytes of bytecode, which longer texts do not compile to.
const LONGEST_INLINED = 4000;
const SOURCE = /\.[cm]?[jt]sx?$/;
const ITERATING = new Set(
  (
    'forEach map filter reduce reduceRight some every find findIndex findLast findLastIndex flatMap sort toSorted ' +
    'from replace replaceAll each times mapValues groupBy'
  ).split(' '),
);
// Calls that cost next to nothing.
const LIGHT = new Set(
  'floor ceil round trunc min max abs imul sqrt sign push pop at charCodeAt codePointAt isArray isInteger'.split(' '),
);
let parser;
try {
  parser = require('internal/deps/acorn/acorn/dist/acorn');
} catch {
  // Another build of Node: lines stay with the functions that V8 names.
}

// To a map of lists.
function addTo(lists, key, item) {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

// ----------------------------------------
// Names that V8 gives to code

const utf8 = (latin1) => Buffer.from(latin1, 'latin1').toString();

// `JS:*name /file.js:1:2`; before Node 20 `LazyCompile:*name /file.js:1`, without a column, which is 0 then. The mark
// tells the tier; from Node 26 on `o` before it stands for on-stack replacement.
function parseSymbol(symbol) {
  if (symbol.length > LONGEST_SYMBOL) return undefined;
  const head = /^(?:JS|LazyCompile|Function|Script|Eval|Handler):(o?[~^*+]'?)?/.exec(symbol);
  const tail = /:(\d{1,9})(?::(\d{1,9}))?$/.exec(symbol);
  if (head === null || tail === null) return undefined;
  const rest = symbol.slice(head[0].length, tail.index);
  const at = rest.search(/(?:^| )(?:\/|file:\/\/)/);
  if (at < 0) return undefined;
  const optimised = /[*+]/.test(head[1] || '');
  const place = { name: rest.slice(0, at), file: rest.slice(at).replace(/^ /, '') };
  return { ...place, line: Number(tail[1]), column: Number(tail[2] || 0), optimised };
}

// `total` for `Basket.total` and `get total`.
const shortName = (name) => name.slice(name.lastIndexOf('.') + 1).replace(/^(?:get|set|static|async) /, '');

// ----------------------------------------
// Files and their functions

const files = new Map();
let bytesRead = 0;

function toPath(named) {
  try {
    return named.startsWith('file://') ? fileURLToPath(named) : named;
  } catch {
    return '';
  }
}

function readSource(file) {
  if (!path.isAbsolute(file) || !SOURCE.test(file)) return undefined;
  let fd;
  try {
    fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY);
    const facts = fs.fstatSync(fd);
    if (!facts.isFile() || facts.size > LARGEST_SOURCE || bytesRead + facts.size > ALL_SOURCES) return undefined;
    bytesRead += facts.size;
    return fs.readFileSync(fd, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

// The text as V8 compiles it, and its program.
function parse(file, text) {
  let comments = [];
  const options = {
    ecmaVersion: 'latest',
    allowHashBang: true,
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowImportExportEverywhere: true,
    allowSuperOutsideMethod: true,
    onComment: (_block, _text, start, end) => comments.push([start, end]),
  };
  const code = /\.[cm]?tsx?$/.test(file) && module_.stripTypeScriptTypes ? module_.stripTypeScriptTypes(text) : text;
  try {
    return { code, comments, program: parser.parse(code, { ...options, sourceType: 'script' }) };
  } catch {
    comments = [];
    const program = parser.parse(code, { ...options, sourceType: 'module' });
    return { code, comments, program };
  }
}

function loadFile(named) {
  const file = toPath(named);
  if (files.has(file)) return files.get(file);
  let loaded;
  if (files.size < MOST_FILES && parser !== undefined) {
    const text = readSource(file);
    try {
      if (text !== undefined) loaded = describe(file, parse(file, text));
    } catch {
      // Not a program, or newer than this parser.
    }
  }
  files.set(file, loaded);
  return loaded;
}

function lineStarts(text) {
  const starts = [0];
  for (const { index } of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
    const end = index + (text[index] === '\r' && text[index + 1] === '\n' ? 2 : 1);
    starts.push(end);
  }
  return starts;
}

function lineAt(starts, offset) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

const isFunction = (node) =>
  node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
const IS_CALL = /^(?:CallExpression|NewExpression|TaggedTemplateExpression)$/;
const IS_IMPORT = /^(?:ImportDeclaration|ExportNamedDeclaration|ExportAllDeclaration)$/;
// Work in itself, without a call.
const IS_WORK = /^(?:SpreadElement|AwaitExpression|YieldExpression|ImportExpression)$/;
const isLoop = (node) => /^(?:For|ForIn|ForOf|While|DoWhile)Statement$/.test(node.type);
const keyName = (node) =>
  node === undefined || node === null
    ? ''
    : node.type === 'Identifier' || node.type === 'PrivateIdentifier'
      ? node.name
      : node.type === 'Literal'
        ? String(node.value)
        : node.type === 'MemberExpression' && (!node.computed || node.property.type === 'Literal')
          ? keyName(node.property)
          : '';

// The name that a function has by where it stands.
function nameOf(node, parent) {
  if (node.id) return node.id.name;
  if (parent === undefined) return '';
  if (parent.type === 'VariableDeclarator') return keyName(parent.id);
  if (parent.type === 'AssignmentExpression' || parent.type === 'AssignmentPattern') return keyName(parent.left);
  if (/^(?:Property|MethodDefinition|PropertyDefinition)$/.test(parent.type) && parent.value === node)
    return keyName(parent.key);
  return '';
}

// Where V8 says that a function is: at its parameters.
function headOf(text, node) {
  if (node.type === 'ArrowFunctionExpression') return node.start;
  const from = node.id ? node.id.end : node.start;
  const at = text.indexOf('(', from);
  return at < 0 ? node.start : at;
}

// All functions of a file with what they call, and the files that it imports. With a list instead of recursion: code
// from a generator nests deeply.
function describe(file, { code, comments, program }) {
  const found = { file, text: code, starts: lineStarts(code), functions: [], byName: new Map(), imports: [] };
  found.byHead = new Map();
  found.onLine = new Map();
  // By rising place: what stands in a comment is no code.
  found.comments = comments;
  const top = newFunction(found, program, '', undefined, 0);
  const todo = [[program, undefined, top, 0, false]];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) visitNode(found, next, todo);
  for (const fn of found.functions) {
    if (!fn.isProgram) found.byHead.set(fn.head, fn);
    if (fn.name !== '') addTo(found.byName, fn.name, fn);
  }
  return found;
}

function newFunction(found, node, name, parent, loops) {
  const fn = {
    file: found,
    name,
    parent,
    start: node.start,
    end: node.end,
    head: node.type === 'Program' ? 0 : headOf(found.text, node),
    first: lineAt(found.starts, node.start),
    last: lineAt(found.starts, node.end),
    calls: new Map(),
    // By line of its own text: how deep in loops it is, and what is called there; `undefined` stands for other work.
    depthAt: new Map(),
    callsAt: new Map(),
    nested: [],
    loops: 0,
    nestedText: 0,
    resumable: node.async === true || node.generator === true,
    isProgram: node.type === 'Program',
  };
  if (parent !== undefined) {
    parent.nested.push({ fn, loops });
    parent.nestedText += node.end - node.start;
  }
  found.functions.push(fn);
  return fn;
}

function noteCall(fn, name, loops) {
  if (name !== '') fn.calls.set(name, Math.max(fn.calls.get(name) || 0, loops + 1));
}

// Calls of a function by name, and functions that are handed over, which whoever takes them calls. Returns whether the
// callee calls them again and again.
function visitCall(found, node, fn, loops) {
  const callee = keyName(node.callee || node.tag);
  addTo(fn.callsAt, lineAt(found.starts, node.start), callee);
  const iterating = ITERATING.has(callee);
  noteCall(fn, callee, loops);
  const given = node.arguments || [];
  if (callee === 'require' && given[0] && typeof given[0].value === 'string') found.imports.push(given[0].value);
  for (const one of given) {
    const { type, name } = one;
    if (type === 'Identifier') noteCall(fn, name, loops + (iterating ? 1 : 0));
    else if (type === 'MemberExpression') noteCall(fn, keyName(one), loops + (iterating ? 1 : 0));
  }
  return iterating;
}

function visitNode(found, [node, parent, fn, loops, iterated], todo) {
  if (isFunction(node)) {
    const inner = newFunction(found, node, nameOf(node, parent), fn, loops + (iterated ? 1 : 0));
    for (const part of [node.body, ...node.params]) todo.push([part, node, inner, 0, false]);
    return;
  }
  const depth = loops + (isLoop(node) ? 1 : 0);
  fn.loops = Math.max(fn.loops, depth);
  const line = lineAt(found.starts, node.start);
  fn.depthAt.set(line, Math.max(fn.depthAt.get(line) || 0, depth));
  if (IS_WORK.test(node.type)) addTo(fn.callsAt, line, undefined);
  let iterating = false;
  if (IS_CALL.test(node.type)) iterating = visitCall(found, node, fn, loops);
  else if (node.type === 'MemberExpression') noteCall(fn, keyName(node), loops);
  else if ((IS_IMPORT.test(node.type) || node.type === 'ImportExpression') && node.source)
    found.imports.push(String(node.source.value));
  const children = Object.keys(node).flatMap((key) => node[key]);
  // The first one comes off the list first: calls are noted in the order of the text.
  for (const child of children.reverse())
    if (child && typeof child.type === 'string') todo.push([child, node, fn, depth, iterating]);
}

// The function at a place of the profile; undefined where none begins there: the file is not what the program runs.
function functionAt(found, { name, line, column }) {
  const start = found.starts[line - 1];
  if (column > 0) return found.byHead.get(start + column - 1);
  const there = found.functions.filter((fn) => !fn.isProgram && lineAt(found.starts, fn.head) === line);
  const same = there.filter((fn) => fn.name === shortName(name));
  return same.length === 1 ? same[0] : undefined;
}

// The innermost function that has part of a line.
function functionOnLine(found, line) {
  if (found.onLine.has(line)) return found.onLine.get(line);
  let best;
  for (const fn of found.functions)
    if (fn.first <= line && line <= fn.last && (best === undefined || fn.start >= best.start)) best = fn;
  found.onLine.set(line, best);
  return best;
}

function resolveImport(from, name) {
  try {
    const resolved = module_.createRequire(from).resolve(name);
    return path.isAbsolute(resolved) ? resolved : undefined;
  } catch {
    return undefined;
  }
}

function importedFiles(found) {
  if (found.resolved === undefined) {
    const names = [...new Set(found.imports)].filter((name) => !name.startsWith('node:')).slice(0, 40);
    found.resolved = [...new Set(names.map((name) => resolveImport(found.file, name)))].filter(Boolean);
  }
  return found.resolved;
}

// ----------------------------------------
// Functions that the program has run: of its map, and of V8's profile

const knownByName = new Map();
const knownAt = new Map();

// Where no column is known, the name and the line must do.
const placeKey = ({ name, file, line, column }) => `${toPath(file)}:${line}:${column || shortName(name)}`;

function know({ name, file, line, column }) {
  const known = { name, file, line, column };
  const at = placeKey(known);
  if (knownAt.has(at)) return;
  knownAt.set(at, known);
  addTo(knownByName, shortName(name), known);
}

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

// ----------------------------------------
// What a function may hold

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

// All that `fn` calls, directly and through up to two more calls: the nearest first, each with the loops around its
// calls and in itself.
function reachable(fn) {
  if (fn.reachable !== undefined) return fn.reachable;
  const seen = new Map([[fn, { depth: 0, loops: 0 }]]);
  let edge = [fn];
  for (let depth = 1; depth <= DEEPEST_CALL; depth++) {
    const next = [];
    for (const caller of edge) {
      if (seen.size > MOST_REACHED) break;
      const { loops: outer } = seen.get(caller);
      const add = (callee, loops) => {
        if (seen.has(callee) || seen.size > MOST_REACHED) return;
        seen.set(callee, { depth, loops: outer + loops });
        next.push(callee);
      };
      for (const { fn: inner, loops } of caller.nested) add(inner, loops);
      for (const [name, loops] of caller.calls) for (const callee of meaningOf(caller, name)) add(callee, loops - 1);
    }
    edge = next;
  }
  seen.delete(fn);
  fn.reachable = seen;
  return seen;
}

function couldBeInlined(fn) {
  return !fn.resumable && !fn.isProgram && fn.end - fn.start - fn.nestedText <= LONGEST_INLINED;
}

function candidatesOf(fn) {
  const list = [...reachable(fn)]
    .filter(([callee]) => couldBeInlined(callee) && isKnown(callee))
    .map(([callee, { depth, loops }]) => ({ callee, depth, loops: loops + callee.loops }));
  return list.sort((a, b) => b.loops - a.loops || a.depth - b.depth).slice(0, MOST_CALLEES);
}

// The function that a line of a hot function's ticks belongs to; undefined: the function itself. V8 gives the number of
// the line, not the file: a line of the function may be one of a callee in another file.
function ownerOf(fn, line) {
  const own = ownText(fn, line);
  const others = textsOn(fn, line).filter(({ callee }) => callee !== own?.callee);
  const chosen = likeliest(own === undefined ? others : [own, ...others]);
  if (chosen !== undefined) return chosen.callee === fn ? undefined : chosen.callee;
  if (fn.first <= line && line <= fn.last) return undefined;
  // Called by another name than its own.
  const there = functionOnLine(fn.file, line);
  return there !== undefined && couldBeInlined(there) && there !== fn.parent ? there : undefined;
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
  for (const [callee, { depth, loops }] of reachable(fn)) {
    if (!couldBeInlined(callee) || callee.first > line || callee.last < line || blank(callee.file, line)) continue;
    if (functionOnLine(callee.file, line) !== callee && callee.first !== callee.last) continue;
    const rank = depth * 4 + (isKnown(callee) ? 0 : 1) + (callee.file === fn.file ? 0 : 2);
    const deep = loops + (callee.depthAt.get(line) || 0);
    texts.push({ callee, rank, loops: deep, light: isLight(fn, callee, line) });
  }
  return texts;
}

// The nearest text, unless it does next to nothing on that line and another is deeper in loops.
function likeliest(texts) {
  let nearest;
  let deepest;
  for (const one of texts) {
    if (nearest === undefined || one.rank < nearest.rank) nearest = one;
    if (deepest === undefined || one.loops > deepest.loops) deepest = one;
  }
  return nearest?.light && deepest.loops > nearest.loops ? deepest : nearest;
}

// Nothing is called on the line but what V8 may have inlined.
function isLight(fn, callee, line) {
  if (fn.reachableNames === undefined) fn.reachableNames = new Set([...reachable(fn).keys()].map(({ name }) => name));
  const calls = callee.callsAt.get(line) || [];
  return calls.every((name) => name !== undefined && (LIGHT.has(name) || fn.reachableNames.has(name)));
}

// Nothing but comments and closing brackets.
function blank(found, line) {
  const { text, starts, comments } = found;
  const end = starts[line] || text.length;
  let code = '';
  let from = starts[line - 1];
  for (let i = firstEndingAfter(comments, from); i < comments.length && comments[i][0] < end; i++) {
    code += text.slice(from, Math.max(from, comments[i][0]));
    from = comments[i][1];
  }
  return /^[\])};,\s]*$/.test(code + text.slice(Math.min(from, end), end));
}

function firstEndingAfter(comments, offset) {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comments[middle][1] > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

// ----------------------------------------
// The answer

const functions = [];
const functionIds = new Map();

function idOf({ name, file, line, column }) {
  const key = `${name}\0${file}\0${line}\0${column}`;
  const known = functionIds.get(key);
  if (known !== undefined) return known;
  functionIds.set(key, functions.length);
  functions.push([name.slice(0, 200), file.slice(0, 1000), line, column]);
  return functions.length - 1;
}

// The places with most samples, `most` of them: pairs of a place and its samples, in which a place may come again.
function hottest(counted, most) {
  const byPlace = new Map();
  for (const [place, count] of counted) {
    const key = placeKey(place);
    if (!byPlace.has(key)) byPlace.set(key, { place, count: 0 });
    byPlace.get(key).count += count;
  }
  const byCount = [...byPlace.values()].sort((a, b) => b.count - a.count);
  return byCount.slice(0, most).map(({ place }) => place);
}

// One place has several symbols: one for each compiler.
function readHot() {
  const hot = [];
  for (const line of linesOf(0, 1 << 20)) {
    const [, count, symbol] = /^(\d+) (.*)$/.exec(line) || [];
    const place = symbol === undefined ? undefined : parseSymbol(utf8(symbol));
    if (place?.optimised) hot.push([place, Number(count)]);
  }
  return hottest(hot, MOST_FUNCTIONS);
}

function callees(hot) {
  const rows = [];
  for (const place of hot) {
    const found = loadFile(place.file);
    const fn = found && functionAt(found, place);
    if (fn === undefined) continue;
    const list = candidatesOf(fn).map(({ callee, depth, loops }) => [idOf(placeOf(callee)), depth, loops]);
    if (list.length > 0) rows.push([idOf(place), list]);
  }
  return rows;
}

function readProfile() {
  const chunks = [];
  for (let size = 0; ; ) {
    const chunk = Buffer.alloc(1 << 20);
    let count = 0;
    try {
      count = fs.readSync(7, chunk, 0, chunk.length, null);
    } catch {
      break;
    }
    if (count === 0) break;
    size += count;
    if (size > LARGEST_PROFILE) throw new Error('the profile is too large');
    chunks.push(chunk.subarray(0, count));
  }
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString());
}

// V8 counts lines and columns from 0. What is no function has no file, and line 0.
function placeOfFrame({ functionName, url, lineNumber, columnNumber }) {
  const [line, column] = url === '' ? [0, 0] : [lineNumber + 1, columnNumber + 1];
  return { name: String(functionName), file: toPath(String(url)), line, column };
}

// Parents before children, with what V8 counted by line.
function flatten(profile) {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const nodes = [];
  const order = new Map();
  const todo = [[profile.nodes[0], -1]];
  for (let next = todo.pop(); next !== undefined && nodes.length < MOST_NODES; next = todo.pop()) {
    const [node, parent] = next;
    // A tree that turns back into itself is none.
    if (order.has(node.id)) throw new Error('the profile is not a tree');
    const index = nodes.push({ node, parent }) - 1;
    order.set(node.id, index);
    for (const child of node.children || []) todo.push([byId.get(child), index]);
    if (todo.length > byId.size) throw new Error('the profile is not a tree');
  }
  return { nodes, order };
}

function describeProfile(profile, withSamples) {
  const { nodes, order } = flatten(profile);
  const places = nodes.map(({ node }) => placeOfFrame(node.callFrame));
  for (const place of places) if (SOURCE.test(place.file)) know(place);
  const tree = [];
  const ticks = [];
  const resolved = new Map();
  nodes.forEach(({ node, parent }, index) => {
    const place = places[index];
    tree.push(parent, idOf(place));
    for (const { line, ticks: count } of node.positionTicks || []) {
      const key = `${idOf(place)}:${line}`;
      if (!resolved.has(key)) resolved.set(key, resolveTick(place, line));
      ticks.push(index, line, count, resolved.get(key));
    }
  });
  const answer = { nodes: tree, ticks };
  if (!withSamples) return answer;
  let at = 0;
  const samples = [];
  const deltas = profile.samples.map((_, i) => {
    const ms = Math.round((profile.timeDeltas[i] + at) / 1000);
    at += profile.timeDeltas[i] - ms * 1000;
    return ms;
  });
  for (const id of profile.samples.slice(0, MOST_SAMPLES)) samples.push(order.get(id) || 0);
  return { ...answer, samples, deltasMs: deltas.slice(0, MOST_SAMPLES) };
}

// The id of the function that a line belongs to, −1 for the function that V8 names.
function resolveTick(place, line) {
  const found = place.line > 0 ? loadFile(place.file) : undefined;
  const fn = found && functionAt(found, place);
  if (fn === undefined) return -1;
  const owner = ownerOf(fn, line);
  return owner === undefined || owner === fn || owner.isProgram ? -1 : idOf(placeOf(owner));
}

// Where perf has no names: the functions with most of V8's own samples.
function hottestOf(profile) {
  const code = profile.nodes.filter(({ callFrame }) => SOURCE.test(callFrame.url));
  const counted = code.map(({ callFrame, hitCount }) => [placeOfFrame(callFrame), hitCount || 0]);
  return hottest(counted, MOST_FUNCTIONS / 2);
}

// Without the profile where there is a fault in it, or no room for it.
function answerWith(hot, profile, v8Error) {
  functions.length = 0;
  functionIds.clear();
  try {
    const v8 = profile === undefined ? undefined : describeProfile(profile, process.argv[1] === 'samples');
    const asked = hot.length > 0 || profile === undefined ? hot : hottestOf(profile);
    const text = JSON.stringify({ v8, v8Error, callees: callees(asked), functions });
    if (Buffer.byteLength(text) <= LARGEST_ANSWER) return text;
    return profile === undefined ? '{"callees":[],"functions":[]}' : answerWith(hot, undefined, 'it is too large');
  } catch (error) {
    if (profile === undefined) throw error;
    return answerWith(hot, undefined, String(error?.message).slice(0, 200));
  }
}

const hot = readHot();
readMap();
let profile;
let fault;
try {
  profile = readProfile();
} catch (error) {
  fault = String(error?.message).slice(0, 200);
}
fs.writeFileSync(1, `${answerWith(hot, profile, fault)}\n`);
