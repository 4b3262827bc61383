import { INLINED_SEEN, type Profile } from '../../profile/profile.ts';

/** What V8's profiler saw in a process of it has reached us: a visit alone tells nothing apart. */
function isWitnessed(profile: Profile): boolean {
  const { inlined } = profile.frames;
  return inlined !== undefined && (profile.lineTicks !== undefined || inlined.includes(INLINED_SEEN));
}

/** Inlined calls that V8's profiler saw out of view: their samples are the caller's again, but their lines are not. */
function withoutInlined(profile: Profile): Profile {
  const { inlined, hidden } = profile.frames;
  if (inlined === undefined) return profile;
  const all = hidden.map((flag, frame) => (flag === 1 || inlined[frame] === INLINED_SEEN ? 1 : 0));
  const lineTicks = profile.lineTicks?.filter(
    ({ node }) => inlined[profile.tree.frame[node] as number] !== INLINED_SEEN,
  );
  return {
    ...profile,
    frames: { ...profile.frames, hidden: all },
    ...(lineTicks === undefined ? {} : { lineTicks }),
  };
}

/**
 * A callee that shows on one side only because only there V8's profiler could tell it from its caller has not grown: it
 * is told apart where every side does.
 */
export function onEqualTerms(profiles: readonly Profile[]): readonly Profile[] {
  return profiles.every(isWitnessed) ? profiles : profiles.map(withoutInlined);
}

/** Why the sides are not seen alike, in a sentence; undefined where they are. */
export function describeTerms(profiles: readonly Profile[]): string | undefined {
  const witnessed = profiles.filter(isWitnessed).length;
  if (witnessed > 0 && witnessed < profiles.length) {
    return "V8's profiler ran on one side only, so functions that V8 inlined are counted with their callers on both.";
  }
  const named = profiles.map(({ processes }) => processes.some(({ namedBy }) => namedBy === 'v8'));
  return named.includes(true) && named.includes(false)
    ? "The names of one side are from V8's profiler and those of the other from perf: V8's own code and native code " +
        'cannot be compared between them.'
    : undefined;
}
