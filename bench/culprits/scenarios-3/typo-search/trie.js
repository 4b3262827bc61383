'use strict';

class Node {
  children = new Map();
  word = null;
}

/** The next row of the table of edit distances; answers its least number. */
function fillRow(rows, depth, letter, query) {
  const above = rows[depth - 1];
  const row = rows[depth];
  let least = depth;
  row[0] = depth;
  for (let i = 1; i <= query.length; i++) {
    const swap = above[i - 1] + (query[i - 1] === letter ? 0 : 1);
    row[i] = Math.min(swap, above[i] + 1, row[i - 1] + 1);
    if (row[i] < least) least = row[i];
  }
  return least;
}

class Trie {
  #root = new Node();
  #rows = Array.from({ length: 40 }, () => new Uint8Array(40));

  add(word) {
    let node = this.#root;
    for (const letter of word) {
      if (!node.children.has(letter)) node.children.set(letter, new Node());
      node = node.children.get(letter);
    }
    node.word = word;
  }

  near(query, typos) {
    for (let i = 0; i <= query.length; i++) this.#rows[0][i] = i;
    const found = [];
    this.#walk(this.#root, 1, { query, typos, found });
    return found.sort((a, b) => a.distance - b.distance).slice(0, 8);
  }

  #walk(node, depth, search) {
    for (const [letter, child] of node.children) {
      if (fillRow(this.#rows, depth, letter, search.query) > search.typos) continue;
      const distance = this.#rows[depth][search.query.length];
      if (child.word !== null && distance <= search.typos) search.found.push({ word: child.word, distance });
      this.#walk(child, depth + 1, search);
    }
  }
}

module.exports = { Trie };
