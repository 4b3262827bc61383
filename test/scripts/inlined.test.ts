/** What inlined.js reads from the text of a program: whose line it is, and what an optimised function may hold. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  ask,
  candidatesOf,
  NODES,
  ownersOf,
  placeOf,
  profileOf,
  symbolOf,
  writeProgram,
} from '../support/scripts/inlined-program.ts';

/** Owners of all the lines that are asked for, of ticks of the function with this head. */
function owners(t: TestContext, file: string, head: string, lines: readonly number[], node?: string) {
  return ownersOf(ask(t, { profile: profileOf(placeOf(file, head), lines), ...(node === undefined ? {} : { node }) }));
}

const HELPED = `
function weigh(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.sqrt(i);
  return sum;
}

function handle(items) {
  let sum = 0;

  // A comment.
  for (const item of items) sum += weigh(item);
  return sum;
}
module.exports = { weigh, handle };
`;

for (const { major, node, missing } of NODES) {
  test(`Node ${major}: a line belongs to the helper in whose text it is`, { skip: missing }, (t) => {
    const file = join(writeProgram(t, { 'app.js': HELPED }), 'app.js');
    assert.deepEqual(owners(t, file, 'function handle', [4, 12, 9, 13], node), {
      4: 'weigh',
      9: '-',
      12: '-',
      13: '-',
    });
  });

  test(`Node ${major}: a helper of another file is found through require`, { skip: missing }, (t) => {
    const dir = writeProgram(t, {
      'app.js': "const { weigh } = require('./lib');\n\nfunction handle(items) { return items.map(weigh); }\n",
      'lib/index.js': HELPED,
    });
    assert.deepEqual(owners(t, join(dir, 'app.js'), 'function handle', [3, 4], node), { 3: '-', 4: 'weigh' });
  });

  test(`Node ${major}: functions are where V8 says that they are, and are named by the same place`, {
    skip: missing,
  }, (t) => {
    assertHeads(t, node);
  });
}

/** Each calls `helper`; the program itself asks V8 where they are. */
const HEADS = `
const inspector = require('node:inspector');
function helper(a) { return a + 1; }
const made = [
  function plain(a) { return helper(a); },
  function /* ( */ commented(a) { return helper(a); },
  function (a) { return helper(a); },
  (a) => helper(a),
  a => helper(a),
  (a = (1 + 2), { b } = {}) => helper(a),
  { short(a) { return helper(a); } }.short,
  { 'quo(ted'(a) { return helper(a); } }['quo(ted'],
  { ['com' + (1)](a) { return helper(a); } }.com1,
  Object.getOwnPropertyDescriptor({ get field() { return helper(1); } }, 'field').get,
  Object.getOwnPropertyDescriptor({ set field(a) { helper(a); } }, 'field').set,
  class Basket { constructor(a) { helper(a); } },
  class { static add(a) { return helper(a); } }.add,
  new (class { #own(a) { return helper(a); } get() { return this.#own; } })().get(),
  async function later(a) { return helper(a); },
  async (a) => helper(a),
  async a => helper(a),
  { async slow(a) { return helper(a); } }.slow,
  function* many(a) { yield helper(a); },
  { *some(a) { yield helper(a); } }.some,
];
const session = new inspector.Session();
session.connect();
globalThis.made = made;
const post = (method, params) => {
  let answer;
  session.post(method, params, (error, result) => { answer = result; if (error) throw error; });
  return answer;
};
post('Debugger.enable');
const places = made.map((fn, i) => {
  const { result } = post('Runtime.evaluate', { expression: 'made[' + i + ']' });
  const { internalProperties } = post('Runtime.getProperties', { objectId: result.objectId });
  const { value } = internalProperties.find(({ name }) => name === '[[FunctionLocation]]').value;
  return [fn.name, value.lineNumber + 1, value.columnNumber + 1];
});
console.log(JSON.stringify(places));
`;

function assertHeads(t: TestContext, node: string): void {
  const file = join(writeProgram(t, { 'heads.cjs': HEADS }), 'heads.cjs');
  const { stdout, stderr } = spawnSync(node, [file], { encoding: 'utf8' });
  assert.notEqual(stdout, '', stderr);
  const places: [string, number, number][] = JSON.parse(stdout);
  assert.equal(places.length, 20);
  const hot = places.map(([name, line, column]) => `9 JS:*${name} ${file}:${line}:${column}`);
  const map = [symbolOf(placeOf(file, 'function helper'))];
  const { callees, functions } = ask(t, { hot, map, node });
  const found = callees.map(([id]) => functions[id]?.[2]).sort((a = 0, b = 0) => a - b);
  assert.deepEqual(
    found,
    places.map(([, line]) => line),
  );
}

test('a helper of a package is found through import, by its own name or another', (t) => {
  const dir = writeProgram(t, {
    'app.mjs': `
import { weigh } from 'scales';
import { divide as part } from './math.mjs';
export const handle = (items) => {
  return items.map((item) => part(weigh(item)));
};
`,
    'math.mjs': `${'\n'.repeat(10)}export function divide(n) {\n  return n / 3;\n}\n`,
    'node_modules/scales/package.json': '{"name":"scales","main":"main.js"}',
    'node_modules/scales/main.js': `${'\n'.repeat(20)}exports.weigh = function (n) {\n  return n * 2;\n};\n`,
  });
  const file = join(dir, 'app.mjs');
  const callFrame = { functionName: 'handle', url: `file://${file}`, lineNumber: 3, columnNumber: 22 };
  const profile = profileOf({ name: 'handle', file, line: 4, column: 23 }, [22, 12, 5]) as { nodes: object[] };
  profile.nodes[1] = { ...profile.nodes[1], callFrame };
  const answer = ask(t, { profile });
  assert.deepEqual(ownersOf(answer), { 5: '-', 12: '-', 22: 'weigh' }, 'divide is called by another name');
  assert.ok(
    answer.functions.some(([name, path]) => name === 'handle' && path === file),
    'the URL becomes a path',
  );
});

test('of nested callbacks the lines of their own belong to them, those that they share to the function around', (t) => {
  const file = join(
    writeProgram(t, {
      'app.js': `
function handle(rows) {
  return rows.map((row) => row.cells.filter((cell) => cell > 1).map((cell) => {
    let sum = cell;
    sum += 1;
    return sum;
  }));
}
`,
    }),
    'app.js',
  );
  const got = owners(t, file, 'function handle', [2, 3, 4, 5]);
  assert.deepEqual(got, { 2: '-', 3: '-', 4: '', 5: '' }, 'the callback has no name');
});

test('methods and getters have the names of their keys', (t) => {
  const file = join(
    writeProgram(t, {
      'app.js': `
class Basket {
  get total() {
    return this.items.length;
  }
  static merge(a) {
    return a;
  }
  #secret(a) {
    return a * 2;
  }
  handle(a) {
    return Basket.merge(this.total) + this.#secret(a);
  }
}
`,
    }),
    'app.js',
  );
  assert.deepEqual(owners(t, file, '  handle', [4, 7, 10, 13]), { 4: 'total', 7: 'merge', 10: '#secret', 13: '-' });
});

test('lines without code are not of the function: what it calls elsewhere has them', (t) => {
  const dir = writeProgram(t, {
    'app.js': `
const { weigh } = require('./weigh');
function handle(n) {
  // Nothing.

  /* Much
     * of
     nothing */
  const product = n
    * weigh(n) /* code */
  return product;
}
`,
    'weigh.js': `${'\n'.repeat(2)}exports.weigh = function weigh(n) {\n${'  n += 1;\n'.repeat(10)}};\n`,
  });
  const got = owners(t, join(dir, 'app.js'), 'function handle', [4, 5, 6, 7, 8, 9, 10, 12]);
  assert.deepEqual(got, {
    4: 'weigh',
    5: 'weigh',
    6: 'weigh',
    7: 'weigh',
    8: 'weigh',
    9: '-',
    10: '-',
    12: 'weigh',
  });
});

test('of two texts with that line and equally deep in loops, that which only calls the other has nothing', (t) => {
  const dir = writeProgram(t, {
    'app.js': `
const { counts } = require('./entry');
function handle(entries) {
  let sum = 0;
  for (const entry of entries) {
    if (counts(entry)) sum += entry.cents;
    sum += String(entry);
  }
  return sum;
}
`,
    'entry.js': `${'\n'.repeat(4)}exports.counts = function counts(entry) {
  return entry.account.startsWith('a:');
};
`,
  });
  assert.deepEqual(owners(t, join(dir, 'app.js'), 'function handle', [6, 7]), { 6: 'counts', 7: '-' });
});

test('of two texts with a line the one deeper in loops has it, if it burns elsewhere and the other does not', (t) => {
  const dir = writeProgram(t, {
    'app.js': `
const { find } = require('./find');
function handle(list) {
  const seen = new Map();
  for (const one of list) seen.set(one, find(list, one));
  return seen;
}
`,
    'find.js': `
exports.find = function find(list, one) {
  for (let i = 0; i < list.length; i++) {
    if (list[i].name === one.name) return i;
    // Not the same.
    // Nor
    // any
    // other.
    if (list[i].other === one.name) return -i;
  }
};
`,
  });
  const file = join(dir, 'app.js');
  assert.deepEqual(owners(t, file, 'function handle', [4, ...Array(20).fill(9)]), { 4: 'find', 9: 'find' });
  assert.deepEqual(owners(t, file, 'function handle', [4, 4, 9]), { 4: '-', 9: 'find' }, 'one tick is no witness');
});

test('what a factory has made is found by the name that it was given', (t) => {
  const dir = writeProgram(t, {
    'app.js': `
const { createLabeller } = require('./labels');
const labelOf = createLabeller([]);
function handle(list) { return list.map((one) => labelOf(one)); }
`,
    'labels.js': `${'\n'.repeat(9)}exports.createLabeller = (labels) => {
  return (one) => {
    return labels.indexOf(one);
  };
};
`,
  });
  const answer = ask(t, { profile: profileOf(placeOf(join(dir, 'app.js'), 'function handle'), [12]) });
  assert.deepEqual(answer.functions[answer.v8?.ticks[3] ?? 0]?.slice(1), [join(dir, 'labels.js'), 11, 10]);
});

test('a method is found in a file of the service that the calling file does not import', (t) => {
  const dir = writeProgram(t, {
    'app.js': `const { Label } = require('./label');
const { handle } = require('./menu');
function main(names) { return handle(names.map((name) => new Label(name))); }
module.exports = main;
`,
    'menu.js': 'exports.handle = function handle(labels) { return labels.filter((label) => label.carries(3)); };\n',
    'label.js': `${'\n'.repeat(9)}exports.Label = class Label {
  carries(n) {
    return this.name.length > n;
  }
};
`,
  });
  const handle = profileOf(placeOf(join(dir, 'menu.js'), 'function handle'), [12]) as { nodes: object[] };
  const main = profileOf(placeOf(join(dir, 'app.js'), 'function main'), [3]) as { nodes: object[] };
  const nodes = [{ ...handle.nodes[0], children: [2, 3] }, handle.nodes[1], { ...main.nodes[1], id: 3 }];
  assert.equal(ownersOf(ask(t, { profile: { ...handle, nodes } }))[12], 'carries');
});

test('what burns most is read first: files that hardly matter take nothing from it', (t) => {
  const cold = Array.from({ length: 80 }, (_, i) => `cold${i}.js`);
  const dir = writeProgram(t, {
    ...Object.fromEntries(cold.map((name) => [name, 'function cold(a) { return a; }\nmodule.exports = cold;\n'])),
    'app.js': "const { weigh } = require('./lib');\n\nfunction handle(items) { return items.map(weigh); }\n",
    'lib.js': HELPED,
  });
  const hot = profileOf(placeOf(join(dir, 'app.js'), 'function handle'), [4, 4]) as {
    nodes: { children?: number[] }[];
  };
  const [root, ...rest] = hot.nodes;
  const nodes = cold.map((name, i) => ({
    id: 100 + i,
    callFrame: { functionName: 'cold', url: join(dir, name), lineNumber: 0, columnNumber: 13 },
    positionTicks: [{ line: 1, ticks: 1 }],
  }));
  const children = [...nodes.map(({ id }) => id), ...(root?.children ?? [])];
  const answer = ask(t, { profile: { ...hot, nodes: [{ ...root, children }, ...nodes, ...rest] } });
  assert.equal(ownersOf(answer)[4], 'weigh');
});

test('a call that only one of the functions makes that it may hold is said', (t) => {
  const source = `
function snapshot(a) { return structuredClone(a); }
function either(a) { return JSON.parse(a).sort(); }
function or(a) { return JSON.parse(a).slice(); }
async function later(a) { return a.normalize(); }
function handle(a, property) {
  snapshot(a);
  either(a);
  or(a);
  later(a);
  a.slice();
  return [property.mentioned, a.map((one) => one.trim())];
}
const other = { mentioned(a) { return a.repeat(2); } };
`;
  const file = join(writeProgram(t, { 'app.js': source }), 'app.js');
  const heads = ['function snapshot', 'function either', 'function or', 'async function later', 'a.map(', 'mentioned'];
  const { callees, functions } = ask(t, {
    hot: [`90 ${symbolOf(placeOf(file, 'function handle'))}`],
    map: heads.map((head) => symbolOf(placeOf(file, head))),
  });
  const [, , sole = []] = callees[0] ?? [0, []];
  assert.deepEqual(
    Object.fromEntries(sole.map(([name, place]) => [name, functions[place]?.[0]])),
    { structuredClone: 'snapshot', sort: 'either', trim: '' },
    'parse is called by two, slice by the function itself, normalize by what V8 does not inline',
  );
});

test('a TypeScript program that Node runs with its types stripped is read as V8 sees it', (t) => {
  const file = join(
    writeProgram(t, {
      'app.ts': `
function weigh<T extends (n: number) => void>(n: number): number {
  let sum: number = 0;
  sum += n;
  return sum;
}
export function handle(items: readonly number[]): number {
  return items.reduce((sum: number, item) => sum + weigh(item), 0);
}
`,
    }),
    'app.ts',
  );
  assert.deepEqual(owners(t, file, 'function handle', [4, 8]), { 4: 'weigh', 8: '-' });
  const { callees, functions } = ask(t, {
    hot: [`9 ${symbolOf(placeOf(file, 'function handle'))}`],
    map: [`JS:+weigh ${file}:2:46`],
  });
  assert.deepEqual(
    callees.map(([, list]) => list.map(([id]) => functions[id])),
    [[['weigh', file, 2, 46]]],
  );
});

/** A hot function, and its helpers as the map knows them. */
function propose(t: TestContext, source: string, helpers: readonly string[], name = 'app.js'): string[] {
  const file = join(writeProgram(t, { [name]: source }), name);
  const hot = [`90 ${symbolOf(placeOf(file, 'function handle'))}`];
  const map = helpers.map((head) => symbolOf(placeOf(file, head), '~'));
  return candidatesOf(ask(t, { hot, map }), 'handle');
}

test('what works in most loops is proposed first, then what is called most directly', (t) => {
  const source = `
function once(a) { return a; }
function deep(a) { return once(a); }
function looping(a) { for (;;) for (;;) a++; }
function inLoop(a) { return a; }
function each(a) { return a; }
function handle(list) {
  once(1);
  list.forEach(each);
  for (const one of list) for (const two of one) inLoop(two);
  looping(list);
  middle(list);
}
function middle(a) { return deep(a); }
`;
  const all = ['once', 'deep', 'looping', 'inLoop', 'each', 'middle'].map((name) => `function ${name}`);
  const got = propose(t, source, all);
  assert.deepEqual(new Set(got.slice(0, 2)), new Set(['inLoop', 'looping']));
  assert.deepEqual(got.slice(2), ['each', 'once', 'middle', 'deep']);
});

test('of functions in equally many loops that is proposed first which does more by itself', (t) => {
  const source = `
function nearest(inks, colour) {
  let best;
  for (let i = 0; i < inks.length; i++) if (isCloser(inks[i], colour, best)) best = inks[i];
  return best;
}
function isCloser(a, b, c) {
  return (a.red - b.red) ** 2 + (a.green - b.green) ** 2 < (c.red - b.red) ** 2 + (c.green - b.green) ** 2;
}
function scaled(ink) { return ink; }
function total(inks) {
  let sum = 0;
  for (const { red, green } of inks) sum += scaled(red) * 0.3 + green * 0.7;
  return sum;
}
function handle(inks, colour) { return [nearest(inks, colour), total(inks)]; }
`;
  const all = ['nearest', 'isCloser', 'scaled', 'total'].map((name) => `function ${name}`);
  const got = propose(t, source, all);
  assert.ok(got.indexOf('isCloser') < got.indexOf('nearest'), 'its loop does little but call');
  assert.ok(got.indexOf('total') < got.indexOf('scaled'), 'what it calls does nothing');
});

test('what a proposed function calls itself is said, by name', (t) => {
  const source = `
function decode(a) { const text = JSON.parse(a); return text.map(round).trim(); }
function handle(a) { return decode(a); }
`;
  const file = join(writeProgram(t, { 'app.js': source }), 'app.js');
  const { callees } = ask(t, {
    hot: [`90 ${symbolOf(placeOf(file, 'function handle'))}`],
    map: [symbolOf(placeOf(file, 'function decode'))],
  });
  const [, list] = callees[0] ?? [0, []];
  assert.deepEqual(new Set(list[0]?.[3]), new Set(['parse', 'map', 'trim']));
});

test('callees of callees are proposed, up to five calls down', (t) => {
  const chain = [1, 2, 3, 4, 5, 6].map((n) => `function f${n}(a) { return f${n + 1}(a); }`);
  const source = `${chain.join('\n')}\nfunction handle(a) { return f1(a); }\n`;
  const all = [1, 2, 3, 4, 5, 6].map((n) => `function f${n}`);
  assert.deepEqual(propose(t, source, all), ['f1', 'f2', 'f3', 'f4', 'f5']);
});

test('what V8 has optimised is proposed before what it has not, however much that does', (t) => {
  const source = `
function often(a) { return a.b; }
function seldom(a) { for (const one of a) for (const two of one) two.b += two.c; }
function handle(list) { seldom(list); often(list); }
`;
  const file = join(writeProgram(t, { 'app.js': source }), 'app.js');
  const place = (name: string) => placeOf(file, `function ${name}`);
  const symbols = (often: string) => [...often].map((mark) => symbolOf(place('often'), mark));
  const got = (often: string) =>
    candidatesOf(
      ask(t, {
        hot: [`90 ${symbolOf(place('handle'))}`],
        map: [symbolOf(place('seldom'), '~'), symbolOf(place('seldom'), '^'), ...symbols(often)],
      }),
      'handle',
    );
  assert.deepEqual(got('~^*'), ['often', 'seldom']);
  assert.deepEqual(got('~+^'), ['often', 'seldom']);
  assert.deepEqual(got('~^'), ['seldom', 'often']);
});

test('what a loop goes over, what it begins with, and what leaves the function is done once', (t) => {
  const source = `
function seek(a) { return a.b * a.c + a.d; }
function begin(a) { return a.b * a.c * a.d + a.e; }
function found(a) { return a.b * a.c * a.d + a.e * a.f; }
function step(a) { return a.b; }
function handle(list) {
  for (let i = begin(list); i < list.length; i++) if (step(list[i])) return found(list[i]);
  for (const one of seek(list)) step(one);
  for (const one of list) if (one) throw found(one);
}
`;
  const got = propose(
    t,
    source,
    ['seek', 'begin', 'found', 'step'].map((name) => `function ${name}`),
  );
  assert.deepEqual(got, ['step', 'found', 'begin', 'seek']);
});

test('a private field is no call of a function that has the same name without the hash', (t) => {
  const source = `
class Window {
  #next = 0;
  put(a) { this.#next = a; this.#mix(a); }
  #mix(a) { return a; }
}
function next(a) { return a; }
function handle(list) { for (const one of list) new Window().put(one); }
`;
  const got = propose(t, source, ['function next', '  put', '  #mix']);
  assert.deepEqual(got, ['put', '#mix']);
});

test('functions that V8 does not inline, that never ran, or that are not called are not proposed', (t) => {
  const large = `function large(a) {\n${'  a = a * 31 + 7;\n'.repeat(400)}  return a;\n}`;
  const source = `
${large}
async function later(a) { return a; }
function* many(a) { yield a; }
function never(a) { return a; }
function stranger(a) { return a; }
function small(a) { return a; }
function key(a) { return a; }
function handle(a) { large(a); later(a); many(a); never(a); small(a); return a[key]; }
`;
  const ran = ['large', 'later', 'stranger', 'small', 'key', 'handle'].map((name) => `function ${name}`);
  assert.deepEqual(propose(t, source, [...ran, 'function* many']), ['small']);
});

test('a large function is large by its own text, not by that of the functions in it', (t) => {
  const inner = `const inner = (a) => {\n${'  a = a * 31 + 7;\n'.repeat(400)}  return a;\n};`;
  const source = `function outer(a) { ${inner} return inner; }\nfunction handle(a) { return outer(a); }\n`;
  assert.deepEqual(propose(t, source, ['function outer']), ['outer']);
});

test('one place with code of several compilers is one caller', (t) => {
  const file = join(writeProgram(t, { 'app.js': HELPED }), 'app.js');
  const place = placeOf(file, 'function handle');
  const marks = ['*', '+', "*'", 'o*', 'o+', '^', '~'];
  const hot = marks.map((mark) => `9 ${symbolOf(place, mark)}`);
  const answer = ask(t, { hot, map: [symbolOf(placeOf(file, 'function weigh'))] });
  assert.equal(answer.callees.length, 1);
  assert.deepEqual(candidatesOf(answer, 'handle'), ['weigh']);
});

for (const mark of ['o*', 'o+']) {
  test(`code replaced on the stack, as Node 26 marks it (${mark}), is optimised code`, (t) => {
    const file = join(writeProgram(t, { 'app.js': HELPED }), 'app.js');
    const answer = ask(t, {
      hot: [`9 ${symbolOf(placeOf(file, 'function handle'), mark)}`],
      map: [symbolOf(placeOf(file, 'function weigh'), mark)],
    });
    assert.deepEqual(candidatesOf(answer, 'handle'), ['weigh']);
  });
}

test('names without columns, as Node 16 and 18 write them, are found by name and line', (t) => {
  const file = join(writeProgram(t, { 'app.js': HELPED }), 'app.js');
  const { callees, functions } = ask(t, {
    hot: [`9 LazyCompile:*handle ${file}:8`],
    map: [`Function:^weigh ${file}:2`, `LazyCompile:*handle ${file}:8`],
  });
  assert.deepEqual(
    callees.map(([id, list]) => [functions[id], list.map(([callee]) => functions[callee])]),
    [[['handle', file, 8, 0], [['weigh', file, 2, 0]]]],
  );
});

test('names and paths that are not ASCII are read', (t) => {
  const file = join(
    writeProgram(t, { 'café ☕/app.js': 'function größe(n) { return n; }\nfunction handle(n) { return größe(n); }\n' }),
    'café ☕/app.js',
  );
  const answer = ask(t, {
    hot: [`9 ${symbolOf(placeOf(file, 'function handle'))}`],
    map: [symbolOf(placeOf(file, 'function größe', 'größe'))],
  });
  assert.deepEqual(candidatesOf(answer, 'handle'), ['größe']);
});

test('a file that is not what the program runs any more says nothing', (t) => {
  const file = join(writeProgram(t, { 'app.js': `// A new line.\n${HELPED}` }), 'app.js');
  const old = { name: 'handle', file, line: 8, column: 16 };
  const answer = ask(t, { hot: [`9 ${symbolOf(old)}`], profile: profileOf(old, [4, 5, 12]) });
  assert.deepEqual(ownersOf(answer), { 4: '-', 5: '-', 12: '-' });
  assert.deepEqual(answer.callees, []);
});

test('files that cannot be parsed, are missing, no files, or too large leave all lines as V8 counts them', (t) => {
  const dir = writeProgram(t, {
    'broken.js': 'function handle(a) {\n  return ((;\n}\n',
    'large.js': `function handle(a) {\n  return a;\n}\n${'// filler\n'.repeat(220_000)}`,
    'enum.ts': 'enum Colour { Red }\nfunction handle(a) {\n  return a;\n}\n',
    'notes.txt': 'function handle(a) {\n  return a;\n}\n',
    'binary.js': '\0\u0001\uFFFD'.repeat(100),
  });
  mkdirSync(join(dir, 'folder.js'));
  spawnSync('mkfifo', [join(dir, 'pipe.js')]);
  symlinkSync('/dev/zero', join(dir, 'zero.js'));
  symlinkSync('loop.js', join(dir, 'loop.js'));
  const names = ['broken.js', 'large.js', 'enum.ts', 'notes.txt', 'binary.js', 'folder.js', 'pipe.js', 'zero.js'];
  for (const name of [...names, 'loop.js', 'missing.js', '../x.js', 'a\0b.js']) {
    const place = { name: 'handle', file: `${dir}/${name}`, line: 1, column: 16 };
    const answer = ask(t, { hot: [`9 ${symbolOf(place)}`], profile: profileOf(place, [1, 2, 77]) });
    assert.deepEqual(ownersOf(answer), { 1: '-', 2: '-', 77: '-' }, name);
    assert.deepEqual(answer.callees, [], name);
  }
});

test('code that nests a thousand levels deep, and ten thousand functions of one name, are no trouble', (t) => {
  const nested = `function handle(a) {\n return ${'[() => '.repeat(1000)}a${']'.repeat(1000)};\n}\n`;
  const many = Array.from({ length: 10_000 }, () => '(function t(a) { return t(a) + t(1); })').join(';\n');
  const dir = writeProgram(t, { 'deep.js': nested, 'bundle.js': `function handle(a) {\n return t(a);\n}\n${many}\n` });
  for (const name of ['deep.js', 'bundle.js']) {
    const place = placeOf(join(dir, name), 'function handle');
    const map = Array.from({ length: 10_000 }, (_, i) => `JS:*t ${dir}/${name}:${i + 4}:12`);
    const profile = profileOf(
      place,
      Array.from({ length: 3000 }, (_, i) => i + 1),
    );
    const answer = ask(t, { hot: [`9 ${symbolOf(place)}`], map, profile });
    assert.equal(answer.v8Error, undefined);
  }
});
