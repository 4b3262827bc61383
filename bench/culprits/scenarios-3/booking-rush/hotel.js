'use strict';

/** Nights on which a room is taken, as bits of a number with as many of these as a season has. */
function freeRooms(rooms, from, nights) {
  const wanted = ((1n << BigInt(nights)) - 1n) << BigInt(from);
  return rooms.filter(({ taken }) => (taken & wanted) === 0n);
}

function rate(room, from, nights) {
  let cents = 0;
  for (let night = from; night < from + nights; night++) {
    const weekend = night % 7 >= 5 ? 1.2 : 1;
    cents += Math.round(room.cents * weekend * (1 + 0.3 * Math.sin((night / 182) * Math.PI)));
  }
  return cents;
}

function calendar(room, days) {
  const cells = [];
  for (let day = 0; day < days; day++) cells.push((room.taken >> BigInt(day)) & 1n ? 'x' : '.');
  return cells.join('').replace(/(.{7})/g, '$1 ');
}

module.exports = { calendar, freeRooms, rate };
