import { swing } from './constituent.js';

/** A function that tells the height of the water at a station. */
export function predictorOf({ meanLevel, constituents }) {
  return function heightAt(hours) {
    let height = meanLevel;
    for (const one of constituents) height += swing(one, hours);
    return height;
  };
}

/** High and low waters: where the height turns. */
export function turns(heightAt, from, until, step = 0.25) {
  const found = [];
  let before = heightAt(from - step);
  let now = heightAt(from);
  for (let hours = from; hours < until; hours += step) {
    const after = heightAt(hours + step);
    if (now > before && now >= after) found.push({ kind: 'high', hours, metres: now });
    if (now < before && now <= after) found.push({ kind: 'low', hours, metres: now });
    before = now;
    now = after;
  }
  return found;
}
