'use strict';

/** Whether a ray from the point to the right crosses the edge. */
function crosses(point, from, to) {
  const part = (point.lat - from.lat) / (to.lat - from.lat);
  const lng = from.lng + part * (to.lng - from.lng);
  return from.lat > point.lat !== to.lat > point.lat && point.lng < lng;
}

module.exports = { crosses };
