'use strict';

const { offsetAt } = require('./offset.js');

const two = (n) => String(n).padStart(2, '0');

exports.localText = function localText(zone, time) {
  const local = new Date((time + offsetAt(zone.changes, time) * 60) * 1000);
  return `${local.getUTCFullYear()}-${two(local.getUTCMonth() + 1)}-${two(local.getUTCDate())} ${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
};
