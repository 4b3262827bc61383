import type { Profile } from './profile.ts';

/** Shares are then exact to nine digits, and a row counts in 31 bits. */
const BILLIONTHS = 1e9;

/**
 * The same profile, for those who count samples: where the file has none, its counts are `parts` of all weight.
 * Shares made of them are right; nothing else is.
 */
export function sharesOfSums(profile: Profile, parts: number = BILLIONTHS): Profile {
  if (profile.ledger.unit === undefined) return profile;
  const { weight } = profile.samples;
  const total = weight.reduce((sum, one) => sum + one, 0);
  // Rounded where each row ends, so that the sum is right.
  let before = 0;
  let done = 0;
  const count = Int32Array.from(weight, (one) => {
    before += one;
    const part = total > 0 ? Math.round((before / total) * parts) - done : 0;
    done += part;
    return part;
  });
  return { ...profile, samples: { ...profile.samples, count } };
}
