'use strict';

const { fits, parseField } = require('./field.js');

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function parseCron(text) {
  const [minute, hour, day, month] = text.split(' ');
  return {
    minutes: parseField(minute, [0, 59]),
    hours: parseField(hour, [0, 23]),
    days: parseField(day, [1, 31]),
    months: parseField(month, [1, 12]),
  };
}

/** The next minute of the year, counted from its start, at which the job is due. */
function nextRun(cron, { month, day, minute }) {
  let clock = minute;
  for (let steps = 0; steps < 525_600; steps++) {
    if (++clock === 1440) {
      clock = 0;
      if (++day > LENGTHS[month - 1]) {
        day = 1;
        month = (month % 12) + 1;
      }
    }
    if (!fits(cron.minutes, clock % 60) || !fits(cron.hours, (clock / 60) | 0)) continue;
    if (fits(cron.days, day) && fits(cron.months, month)) return { month, day, minute: clock };
  }
  return null;
}

module.exports = { nextRun, parseCron };
