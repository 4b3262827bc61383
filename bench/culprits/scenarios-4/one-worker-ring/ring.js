'use strict';

/** How far it is from a hash on to a node of the ring. */
const distance = (hash, node) => (node.at >= hash ? node.at - hash : node.at + 2 ** 32 - hash);

function hashOf(key) {
  let hash = 2166136261;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 16777619);
  return hash >>> 0;
}

exports.createRing = (nodes) => ({
  ownerOf(key) {
    const hash = hashOf(key);
    let owner = null;
    let nearest = Infinity;
    for (const node of nodes) {
      const away = distance(hash, node);
      if (away < nearest) [owner, nearest] = [node, away];
    }
    return owner.name;
  },
});
