'use strict';

const { freight } = require('./tariff.js');

/** Cheapest ways from a port, over no more than `hops` legs. */
function cheapest(legs, ports, from, kilos, hops) {
  const cents = new Float64Array(ports).fill(Number.POSITIVE_INFINITY);
  const via = new Int16Array(ports).fill(-1);
  cents[from] = 0;
  for (let hop = 0; hop < hops; hop++) {
    for (const leg of legs) {
      if (cents[leg.from] === Number.POSITIVE_INFINITY) continue;
      const total = cents[leg.from] + freight(leg, kilos);
      if (total >= cents[leg.to]) continue;
      cents[leg.to] = total;
      via[leg.to] = leg.from;
    }
  }
  return { cents, via };
}

module.exports = { cheapest };
