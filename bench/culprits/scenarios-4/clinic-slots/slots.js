'use strict';

const overlaps = (a, b) => a.from < b.until && b.from < a.until;

/** The free slots of a day, early ones first. */
function* freeSlots(day, length, step) {
  for (let from = day.opens; from + length <= day.closes; from += step) {
    const slot = { from, until: from + length };
    let free = true;
    for (const booked of day.bookings) {
      if (overlaps(slot, booked)) {
        free = false;
        break;
      }
    }
    if (free) yield slot;
  }
}

const take = (slots, most) => {
  const list = [];
  for (const slot of slots) {
    list.push(slot);
    if (list.length === most) break;
  }
  return list;
};

module.exports = { freeSlots, take };
