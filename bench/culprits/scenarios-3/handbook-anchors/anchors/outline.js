'use strict';

const { isTaken } = require('./taken.js');

const slugOf = (title) => title.toLowerCase().replace(/[^a-z0-9]+/g, '-');

/** Headings of a document, each with an anchor of its own: `example`, `example-2`, `example-3` … */
function outline(source) {
  const anchors = [];
  const entries = [];
  for (const [, marks, title] of source.matchAll(/^(#+) (.+)$/gm)) {
    const slug = slugOf(title);
    let anchor = slug;
    for (let n = 2; isTaken(anchors, anchor); n++) anchor = `${slug}-${n}`;
    anchors.push(anchor);
    entries.push({ level: marks.length, title, anchor });
  }
  return entries;
}

module.exports = { outline };
