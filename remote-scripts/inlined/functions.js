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

module.exports = { describe, functionAt, functionOnLine };
