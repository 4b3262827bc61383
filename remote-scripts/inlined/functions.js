// The functions of a parsed file, what they call and how deep in loops.

const { lineAt, lineStarts } = require('./lines.js');
const { addTo } = require('./lists.js');
const { shortName } = require('./symbols.js');

const ITERATING = new Set(
  (
    'forEach map filter reduce reduceRight some every find findIndex findLast findLastIndex flatMap sort toSorted ' +
    'from replace replaceAll each times mapValues groupBy'
  ).split(' '),
);

// ESTree's types, by how they begin.
const IS_FUNCTION = /^(?:Arrow)?Function/;
const IS_CALL = /^(?:Call|New|Tagged)/;
const IS_IMPORT = /^(?:Import|Export)/;
// Work in itself, without a call.
const IS_WORK = /^(?:Spread|Await|Yield|ImportExp)/;

// Steps of a computation; how many there are tells functions apart that lie in equally many loops.
const IS_STEP = /^(?:Member|Binary|Logical|Assignment|Update)/;
// What leaves a function is done once, whatever loops are around it.
const LEAVES = /^(?:Return|Throw)/;

const IS_LOOP = /^(?:For|While|DoWhile)/;
const keyName = (node) =>
  node?.type === 'MemberExpression'
    ? node.computed && node.property.type !== 'Literal'
      ? ''
      : keyName(node.property)
    : node?.type === 'PrivateIdentifier'
      ? `#${node.name}`
      : String(node?.name ?? node?.value ?? '');

// The name that a function has by where it stands.
function nameOf(node, parent) {
  if (node.id) return node.id.name;
  if (parent === undefined) return '';
  if (parent.type === 'VariableDeclarator') return keyName(parent.id);
  if (/^Assignment/.test(parent.type)) return keyName(parent.left);
  if (/^(?:Property|Method)/.test(parent.type) && parent.value === node) return keyName(parent.key);
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
  // What a factory is called that made a function: `const labelOf = createLabeller(list)`.
  found.factories = new Map();
  found.byHead = new Map();
  found.onLine = new Map();
  // By rising place: what stands in a comment is no code.
  found.comments = comments;
  // After each, the next one is the first that may reach beyond a place: `lineAt` finds it.
  found.commentEnds = [-1, ...comments.map(([, end]) => end)];
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
    // What one call does by itself, as far as a text can tell: each loop goes round a hundred times.
    work: 1,
    nestedText: 0,
    resumable: node.async || node.generator,
    isProgram: node.type === 'Program',
  };
  if (parent !== undefined) {
    parent.nested.push({ fn, loops });
    parent.nestedText += node.end - node.start;
  }
  found.functions.push(fn);
  return fn;
}

function noteFactory(found, { type, id, init }) {
  if (type === 'VariableDeclarator' && id.type === 'Identifier' && init?.type === 'CallExpression')
    found.factories.set(id.name, keyName(init.callee));
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
  for (const one of given)
    if (/^(?:Identifier|Member)/.test(one.type)) noteCall(fn, keyName(one), loops + (iterating ? 1 : 0));
  return iterating;
}

function visitNode(found, [node, parent, fn, loops, iterated], todo) {
  if (IS_FUNCTION.test(node.type)) {
    const inner = newFunction(found, node, nameOf(node, parent), fn, loops + (iterated ? 1 : 0));
    for (const part of [node.body, ...node.params]) todo.push([part, node, inner, 0, false]);
    return;
  }
  const depth = loops + (IS_LOOP.test(node.type) ? 1 : 0);
  if (IS_STEP.test(node.type)) fn.work += 100 ** depth;
  const line = lineAt(found.starts, node.start);
  fn.depthAt.set(line, Math.max(fn.depthAt.get(line) || 0, depth));
  if (IS_WORK.test(node.type)) addTo(fn.callsAt, line, undefined);
  let iterating = false;
  noteFactory(found, node);
  if (IS_CALL.test(node.type)) iterating = visitCall(found, node, fn, loops);
  else if (node.type === 'MemberExpression') noteCall(fn, keyName(node), loops);
  else if (IS_IMPORT.test(node.type) && node.source) found.imports.push(String(node.source.value));
  const inner = LEAVES.test(node.type) ? 0 : depth;
  // The first one comes off the list first: calls are noted in the order of the text.
  for (const key of Object.keys(node).reverse())
    for (const child of [node[key]].flat().reverse())
      if (child?.type)
        // A loop makes what it goes over, and begins, but once.
        todo.push([child, node, fn, /^(right|init)$/.test(key) ? loops : inner, iterating]);
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

module.exports = { describe, functionAt, functionOnLine };
