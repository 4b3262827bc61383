import { isSamePhrase } from './phrases.js';

/** Length of the longest common run of phrases, in order. */
function inCommon(before, after) {
  let row = new Uint16Array(after.length + 1);
  let next = new Uint16Array(after.length + 1);
  for (const phrase of before) {
    for (let j = 0; j < after.length; j++) {
      next[j + 1] = isSamePhrase(phrase, after[j]) ? row[j] + 1 : Math.max(row[j + 1], next[j]);
    }
    [row, next] = [next, row];
  }
  return row[after.length];
}

export function redline(before, after) {
  const parts = Math.max(before.length, after.length);
  const changes = [];
  for (let i = 0; i < parts; i++) {
    const [old = [], now = []] = [before[i], after[i]];
    const kept = inCommon(old, now);
    if (kept < old.length || kept < now.length)
      changes.push({ part: i, gone: old.length - kept, new: now.length - kept });
  }
  return changes;
}
