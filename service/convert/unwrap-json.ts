/** Profiles in the answers that they came in: those of DevTools, and of scripts that saved all they got. */
import { isCpuProfile } from '../profile/formats/import-cpuprofile.ts';
import { isSpeedscope } from '../profile/formats/import-speedscope.ts';
import { isObject } from '../profile/formats/json-shape.ts';
import { AppError } from '../shared/errors.ts';

/** `{"profile": …}` of Profiler.stop, `{"id": 7, "result": …}` around it, `{"method": …, "params": …}` of an event. */
const WRAPPERS = ['profile', 'result', 'params', 'data', 'cpuProfile'] as const;
const DEEPEST = 4;

/** A list is parsed only when it begins like a profile: traces of Chrome are lists as well, and large. */
export const LIST_OF_PROFILES: RegExp =
  /^\[\s*\{\s*"(?:nodes|head|id|result|profile|params|method|\$schema|shared)"\s*:/;

/** The profile that is in `value`; `value` itself where none is. Throws `SEVERAL_PROFILES`. */
export function unwrapped(value: unknown, depth = 0): unknown {
  if (isCpuProfile(value) || isSpeedscope(value) || depth === DEEPEST) return value;
  const inside = Array.isArray(value)
    ? value
    : isObject(value)
      ? WRAPPERS.map((key) => value[key]).filter((one) => one !== undefined)
      : [];
  const found = inside.map((one) => unwrapped(one, depth + 1)).filter((one) => isCpuProfile(one) || isSpeedscope(one));
  if (found.length > 1) {
    throw new AppError('SEVERAL_PROFILES', `It holds ${found.length} profiles.`, {
      hint: 'Write each to a file of its own, one a thread, and pass the one that matters.',
    });
  }
  return found[0] ?? value;
}
