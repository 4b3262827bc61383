'use strict';

const { heatAt } = require('./curve.js');

/** How much work the heat does on the clay: it counts from 600 degrees on. */
function heatWork(curve, minutes, step) {
  let work = 0;
  let hottest = 0;
  for (let minute = 0; minute <= minutes; minute += step) {
    const degrees = heatAt(curve, minute);
    hottest = Math.max(hottest, degrees);
    if (degrees > 600) work += (degrees - 600) * step;
  }
  return { work, hottest, cone: hottest > 1200 ? '7' : hottest > 1100 ? '03' : '010' };
}

module.exports = { heatWork };
