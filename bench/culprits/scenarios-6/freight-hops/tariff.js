'use strict';

/** Weight and price by kilo take turns in the steps of a leg. */
function freight(leg, kilos) {
  let cents = leg.handling;
  for (let i = 0, left = kilos; left > 0 && i < leg.steps.length; i += 2) {
    const part = Math.min(left, leg.steps[i]);
    cents += part * leg.steps[i + 1];
    left -= part;
  }
  return cents;
}

module.exports = { freight };
