/** Sliding windows of calls by key. Times are seconds of the gateway's own clock. */
export function createLimiter({ windowSeconds, limit }) {
  const calls = new Map();

  const countRecent = (times, now) => {
    let count = 0;
    for (let i = 0; i < times.length; i++) {
      if (now - times[i] < windowSeconds) count++;
    }
    return count;
  };

  const remember = (times, now) => {
    times.push(now);
    if (times.length > 2 * limit) times.splice(0, times.length - limit);
  };

  return {
    /** One decision each for the calls of a batch. */
    decide(batch, now) {
      const decisions = [];
      for (const { key, cost } of batch) {
        let times = calls.get(key);
        if (times === undefined) calls.set(key, (times = []));
        const left = limit - countRecent(times, now);
        if (left >= cost) remember(times, now);
        decisions.push({ key, allowed: left >= cost, left: Math.max(0, left) });
      }
      return decisions;
    },
    size: () => calls.size,
  };
}
