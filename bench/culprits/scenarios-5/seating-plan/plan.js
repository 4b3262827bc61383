import { moodWith } from './mood.js';

export function seat(guests, { tables, seats }) {
  const plan = Array.from({ length: tables }, () => []);
  for (const guest of guests) {
    let best = -1;
    let highest = -Infinity;
    for (let table = 0; table < plan.length; table++) {
      if (plan[table].length >= seats) continue;
      const mood = moodWith(plan[table], guest) / (plan[table].length + 1);
      if (mood > highest) {
        best = table;
        highest = mood;
      }
    }
    plan[best].push(guest);
  }
  return plan;
}
