const TURN = 2 * Math.PI;
const EARTH_TURN = TURN / 86164;

/** Solves Kepler's equation. */
const eccentricAnomaly = (mean, eccentricity) => {
  let anomaly = mean;
  for (let round = 0; round < 6; round++) {
    const off = anomaly - eccentricity * Math.sin(anomaly) - mean;
    anomaly -= off / (1 - eccentricity * Math.cos(anomaly));
  }
  return anomaly;
};

/** When a satellite is above the horizon of a ground station. */
export function passes(orbit, station, { from, until, step }) {
  const found = [];
  let rise = null;
  for (let at = from; at < until; at += step) {
    const anomaly = eccentricAnomaly((orbit.phase + (at * TURN) / orbit.period) % TURN, orbit.eccentricity);
    const angle = anomaly + orbit.perigee - station.longitude - EARTH_TURN * at;
    const isUp = Math.cos(angle) > station.horizon;
    if (isUp && rise === null) rise = at;
    if (!isUp && rise !== null) {
      found.push({ rise, set: at });
      rise = null;
    }
  }
  return found;
}
