'use strict';

const { bothFree } = require('./overlap.js');

/** For each player the partner with whom most can be rehearsed. */
function partners(players) {
  const pairs = [];
  for (const player of players) {
    let best = null;
    let most = 0;
    for (const other of players) {
      if (other === player) continue;
      const minutes = bothFree(player.free, other.free);
      if (minutes <= most) continue;
      best = other;
      most = minutes;
    }
    pairs.push({ player: player.name, partner: best?.name ?? null, most });
  }
  return pairs;
}

module.exports = { partners };
