'use strict';

/** Minutes that two players are both free, from their free times, which are in order. */
function bothFree(one, other) {
  let minutes = 0;
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    minutes += Math.max(0, Math.min(one[i].to, other[j].to) - Math.max(one[i].from, other[j].from));
    if (one[i].to < other[j].to) i++;
    else j++;
  }
  return minutes;
}

module.exports = { bothFree };
