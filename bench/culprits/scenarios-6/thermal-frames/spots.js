'use strict';

const { meanAround } = require('./blur.js');

/** Spots that are hotter than allowed: joints of a switchboard that have come loose. */
function hotSpots(frame, { reach, kelvins }) {
  const spots = [];
  let hottest = 0;
  for (let y = reach; y < frame.height - reach; y++) {
    for (let x = reach; x < frame.width - reach; x++) {
      const heat = meanAround(frame, x, y, reach);
      hottest = Math.max(hottest, heat);
      if (heat > kelvins) spots.push([x, y]);
    }
  }
  return { spots, hottest };
}

module.exports = { hotSpots };
