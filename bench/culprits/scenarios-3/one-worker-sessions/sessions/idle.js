'use strict';

const SHORT = 30 * 60_000;
const LONG = 30 * 24 * 3_600_000;

/** Nobody used it for so long that it ends. */
function isIdle(session, now) {
  const last = Math.max(session.startedAt, session.seenAt, session.renewedAt);
  return now - last > (session.remembered ? LONG : SHORT);
}

module.exports = { isIdle };
