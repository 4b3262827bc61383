// A library of documents. FAULT: the directory sync nests teams as roles, each below the one before.
import { seededRandom, serveUnderLoad } from '../../support/load.js';
import { makeLibrary, summarise } from './library.js';
import { RoleTree } from './roles.js';

const random = seededRandom(102);
const pick = (n) => (random() * n) | 0;
const depth = process.env.FAULT === '1' ? 650 : 6;
const tree = new RoleTree();
const names = [];
for (let team = 0; team < 12; team++) {
  for (let level = 0; level < depth; level++) {
    const name = `team${team}:${level}`;
    tree.add(name, level === 0 ? undefined : `team${team}:${level - 1}`);
    names.push(name);
  }
}
const leaves = names.filter((name) => Number(name.split(':')[1]) > depth - 4);
const documents = makeLibrary(1500, names, pick);

function answer(body, response) {
  const user = JSON.parse(body);
  const readable = tree.readable(user, documents.slice(user.from, user.from + 900));
  response.end(JSON.stringify({ user: user.id, kinds: summarise(readable), first: readable.slice(0, 40) }));
}

serveUnderLoad({
  rate: 170,
  nextBody: () => JSON.stringify({ id: pick(500), role: leaves[pick(leaves.length)], from: pick(600) }),
  handler: answer,
});
