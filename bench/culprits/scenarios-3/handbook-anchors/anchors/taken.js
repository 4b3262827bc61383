'use strict';

function isTaken(anchors, wanted) {
  for (const anchor of anchors) {
    if (anchor === wanted) return true;
  }
  return false;
}

module.exports = { isTaken };
