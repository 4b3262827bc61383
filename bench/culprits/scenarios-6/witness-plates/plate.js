'use strict';

const UNKNOWN = '?'.charCodeAt(0);

/** Does a plate look like what a witness saw? */
function looksLike(plate, seen) {
  if (plate.length !== seen.length) return false;
  for (let i = 0; i < seen.length; i++) {
    const code = seen.charCodeAt(i);
    if (code !== UNKNOWN && code !== plate.charCodeAt(i)) return false;
  }
  return true;
}

module.exports = { looksLike };
