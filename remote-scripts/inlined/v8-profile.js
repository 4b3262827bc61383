// V8's own profile: its call tree, and the owners of the lines that it counted.

const fs = require('node:fs');
const { SOURCE, loadFile, toPath } = require('./files.js');
const { idOf } = require('./function-ids.js');
const { functionAt } = require('./functions.js');
const { know, placeKey, placeOf } = require('./known.js');
const { likeliest, textsAt } = require('./line-owners.js');

// Its text and its objects must fit into 128 MB; half an hour at 99 Hz makes 15 MB.
const LARGEST_PROFILE = 24 << 20;
const MOST_NODES = 60000;
const MOST_SAMPLES = 200000;

function readProfile() {
  if (fs.fstatSync(7).size > LARGEST_PROFILE) throw new Error('the profile is too large');
  const text = fs.readFileSync(7, 'utf8');
  return text === '' ? undefined : JSON.parse(text);
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
  const rows = [];
  nodes.forEach(({ node, parent }, index) => {
    tree.push(parent, idOf(places[index]));
    const key = placeKey(places[index]);
    for (const { line, ticks } of node.positionTicks || []) rows.push({ index, line, ticks, key });
  });
  const owners = resolveTicks(rows, places);
  const ticks = rows.flatMap(({ index, line, ticks: count, key }) => [
    index,
    line,
    count,
    owners.get(`${key} ${line}`),
  ]);
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

// The owners of all lines: ids of functions, −1 for the function that V8 names. The hottest functions first: there is a
// limit to the files that are read.
function resolveTicks(rows, places) {
  const heat = new Map();
  for (const { key, ticks } of rows) heat.set(key, (heat.get(key) || 0) + ticks);
  const found = new Map();
  const alone = new Map();
  for (const { index, line, ticks, key } of [...rows].sort((a, b) => heat.get(b.key) - heat.get(a.key))) {
    const at = `${key} ${line}`;
    if (!found.has(at)) found.set(at, textsOf(places[index], line));
    const { texts } = found.get(at);
    if (texts.length === 1) alone.set(texts[0].callee, (alone.get(texts[0].callee) || 0) + ticks);
  }
  const ticksOf = (fn) => alone.get(fn) || 0;
  const owners = new Map();
  for (const [at, { fn, texts }] of found) {
    const owner = likeliest(texts, ticksOf);
    owners.set(at, owner === undefined || owner === fn || owner.isProgram ? -1 : idOf(placeOf(owner)));
  }
  return owners;
}

function textsOf(place, line) {
  const found = place.line > 0 ? loadFile(place.file) : undefined;
  const fn = found && functionAt(found, place);
  return { fn, texts: fn === undefined ? [] : textsAt(fn, line) };
}

module.exports = { describeProfile, placeOfFrame, readProfile };
