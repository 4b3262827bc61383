import { standing } from './choice.js';

/** Rounds of an instant run-off, each with its votes by candidate. */
export function count(ballots, candidates) {
  const out = new Array(candidates).fill(false);
  const rounds = [];
  for (let left = candidates; left > 1; left--) {
    const votes = new Array(candidates).fill(0);
    ballots.forEach(({ ranking, weight }) => {
      const choice = standing(ranking, out);
      if (choice >= 0) votes[choice] += weight;
    });
    rounds.push(votes);
    const most = Math.max(...votes);
    if (most * 2 > ballots.length) return { rounds, winner: votes.indexOf(most) };
    let last = -1;
    for (let i = 0; i < candidates; i++) if (!out[i] && (last < 0 || votes[i] < votes[last])) last = i;
    out[last] = true;
  }
  return { rounds, winner: out.indexOf(false) };
}
