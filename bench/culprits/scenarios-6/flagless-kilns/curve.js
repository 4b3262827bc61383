'use strict';

/** Minutes and degrees of a firing; between two points the heat rises evenly. */
exports.heatAt = (curve, minute) => {
  let i = 1;
  while (i < curve.length - 1 && curve[i].minute < minute) i++;
  const [a, b] = [curve[i - 1], curve[i]];
  return a.degrees + ((b.degrees - a.degrees) * (minute - a.minute)) / (b.minute - a.minute);
};
