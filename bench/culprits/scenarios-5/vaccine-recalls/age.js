'use strict';

/** Whole months from one day to another. */
exports.monthsBetween = (born, day) => {
  const years = day.getUTCFullYear() - born.getUTCFullYear();
  const months = years * 12 + day.getUTCMonth() - born.getUTCMonth();
  return day.getUTCDate() < born.getUTCDate() ? months - 1 : months;
};
