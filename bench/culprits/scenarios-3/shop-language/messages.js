'use strict';

function textAt(catalogue, path) {
  let node = catalogue;
  for (const part of path.split('.')) {
    node = node[part];
    if (node === undefined) return undefined;
  }
  return node;
}

class Messages {
  #chain;

  /** Catalogues from the most special to the most general. */
  constructor(chain) {
    this.#chain = chain;
  }

  say(path, values) {
    for (const catalogue of this.#chain) {
      const text = textAt(catalogue, path);
      if (text !== undefined) return this.#fill(text, values);
    }
    return path;
  }

  #fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }
}

module.exports = { Messages };
