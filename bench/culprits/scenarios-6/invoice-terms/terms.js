'use strict';

const DAY = 86_400_000;

function closedDays(holidays) {
  return function isClosed(day) {
    if (((day + 4) % 7) % 6 === 0) return true;
    for (const holiday of holidays) if (holiday.day === day) return true;
    return false;
  };
}

/** Terms are in days on which the bank is open. */
function createTerms(holidays) {
  const isClosed = closedDays(holidays);
  return {
    dueOn(issued, days) {
      let day = Math.floor(issued.getTime() / DAY);
      for (let open = 0; open < days; ) {
        day++;
        if (!isClosed(day)) open++;
      }
      return new Date(day * DAY);
    },
  };
}

module.exports = { createTerms, DAY };
