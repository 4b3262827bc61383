// Who may see which documents? FAULT: a broken backup nested folders in folders, 260 deep, and people open these.
'use strict';

const { seededRandom, serveUnderLoad } = require('../../support/load.js');
const { Rights } = require('./rights.js');

const random = seededRandom(313);
const pick = (n) => (random() * n) | 0;
const depth = process.env.FAULT === '1' ? 260 : 6;
const root = { name: '', parent: null };
const folders = Array.from({ length: 40 }, (_, i) => {
  let folder = root;
  for (let level = 0; level < depth; level++) folder = { name: `backup ${i} of ${level}`, parent: folder };
  return folder;
});
const rights = new Rights();
for (let i = 0; i < 240; i++) rights.grant(i % 12, { name: `shared ${i}`, parent: root }, 1 + (i % 3));
for (let user = 0; user < 12; user++) rights.grant(user, root, 1);

const LABELS = ['none', 'read', 'write', 'own'];

function card({ id, title, folder }, user) {
  const right = rights.of(user, folders[folder]);
  return { id, title: title.replace(/[<>&]/g, '').trim(), right: LABELS[right], from: folders[folder].name };
}

function answer(body, response) {
  const { user, documents } = JSON.parse(body);
  response.end(JSON.stringify(documents.map((document) => card(document, user))));
}

const document = (_, id) => ({ id, title: ` Minutes of <b>meeting</b> ${pick(99)}`, folder: pick(40) });
const bodies = Array.from({ length: 24 }, (_, i) =>
  JSON.stringify({ user: i % 12, documents: Array.from({ length: 110 }, document) }),
);

serveUnderLoad({ rate: 130, nextBody: () => bodies[pick(bodies.length)], handler: answer });
