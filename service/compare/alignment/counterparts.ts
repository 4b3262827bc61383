/** The same functions on both sides, also where a release, a bundler or a package manager has moved them. */
import { type AlignedFunctions, alignFunctions } from '../../profile/align-functions.ts';
import type { FunctionInfo, Profile } from '../../profile/profile.ts';

export interface Counterparts {
  /** The profiles with equal keys for the same function. */
  readonly profiles: readonly [Profile, ...Profile[]];
  /** For each profile but the first: what its functions are called there, and which have moved. */
  readonly peers: readonly Pick<AlignedFunctions, 'counterparts' | 'moved'>[];
}

/** Functions that the first profile lacks get the keys that an earlier peer has given them. */
function alignToPeer(
  aligned: AlignedFunctions,
  known: ReadonlySet<string>,
  own: Profile,
  peer: PeerKeys,
): FunctionInfo[] {
  const { counterparts } = alignFunctions(peer.own, own.functions);
  const keyOf = new Map([...counterparts].map(([key, fn]) => [fn, peer.keys.get(key) ?? key]));
  const used = new Set(aligned.functions.map((fn) => fn.key));
  return aligned.functions.map((fn, i) => {
    const key = known.has(fn.key) ? undefined : keyOf.get(own.functions[i] as FunctionInfo);
    if (key === undefined || key === fn.key || known.has(key) || used.has(key)) return fn;
    used.add(key);
    return { ...fn, key };
  });
}

/** A peer's functions as it has them, and the keys that they were given. */
interface PeerKeys {
  readonly own: readonly FunctionInfo[];
  readonly keys: ReadonlyMap<string, string>;
}

/** The first profile says what functions are called and where they are. */
export function findCounterparts(profiles: readonly [Profile, ...Profile[]]): Counterparts {
  const [first, ...others] = profiles;
  const known = new Set(first.functions.map((fn) => fn.key));
  const before: PeerKeys[] = [];
  const peers: AlignedFunctions[] = [];
  const aligned = others.map((profile): Profile => {
    const peer = alignFunctions(first.functions, profile.functions);
    let { functions } = peer;
    for (const earlier of before) functions = alignToPeer({ ...peer, functions }, known, profile, earlier);
    peers.push(peer);
    const keys = new Map(profile.functions.map((fn, i) => [fn.key, (functions[i] as FunctionInfo).key]));
    before.push({ own: profile.functions, keys });
    return { ...profile, functions };
  });
  return { profiles: [first, ...aligned], peers };
}
