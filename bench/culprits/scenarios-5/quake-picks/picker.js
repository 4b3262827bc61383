/** The mean energy of a part of a trace. */
function energy(trace, from, until) {
  let sum = 0;
  for (let i = from; i < until; i++) sum += trace[i] * trace[i];
  return sum / (until - from);
}

/** Samples where the ground starts to shake: the last moments are much louder than the time before. */
export function onsets(trace, { short, long, ratio }) {
  const found = [];
  let quiet = true;
  for (let i = long; i < trace.length; i++) {
    const loud = energy(trace, i - short, i) > ratio * energy(trace, i - long, i);
    if (loud && quiet) found.push(i);
    quiet = !loud;
  }
  return found;
}

export function peak(trace, from) {
  const end = Math.min(trace.length, from + 200);
  let highest = 0;
  for (let i = from; i < end; i++) highest = Math.max(highest, Math.abs(trace[i]));
  return highest;
}
