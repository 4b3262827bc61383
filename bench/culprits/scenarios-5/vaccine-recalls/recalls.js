'use strict';

const { monthsBetween } = require('./age.js');

/** Which doses are due on a day, the most overdue first. */
exports.dueOn = (day, patients, schedule) => {
  const due = [];
  for (const { name, born, had } of patients) {
    for (const dose of schedule) {
      const late = monthsBetween(born, day) - dose.month;
      if (late >= 0 && late < dose.within && !had.has(dose.id)) due.push({ name, dose: dose.id, late });
    }
  }
  return due.sort((a, b) => b.late - a.late);
};
