'use strict';

/** Minutes from UTC at a time: the last change that lies before it. */
function offsetAt(changes, time) {
  let minutes = 0;
  for (const change of changes) {
    if (change.at > time) break;
    minutes = change.minutes;
  }
  return minutes;
}

module.exports = { offsetAt };
