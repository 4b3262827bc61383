import { alignFunctions } from '../profile/align-functions.ts';
import type { Profile } from '../profile/profile.ts';

/**
 * Where the healthy side has the functions of a comparison: the key that a finding has → index into
 * `healthy.functions`. A release that moved lines gives the same function another key there.
 */
export function healthyFunctions(hot: Profile, healthy: Profile): ReadonlyMap<string, number> {
  const { functions } = alignFunctions(hot.functions, healthy.functions);
  return new Map(functions.map((fn, index) => [fn.key, index]));
}
