const DEGREES = Math.PI / 180;

/** What one tidal constituent adds to the height at a time. */
export const swing = (constituent, hours) =>
  constituent.node * constituent.metres * Math.cos((constituent.speed * hours + constituent.phase) * DEGREES);
