import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/**
 * A worker does not inherit the cache of compiled code: without it, it begins 70 ms later, or some tenths of a second.
 * Undefined where there is none.
 */
export function compileCacheEnvironment(): { readonly NODE_COMPILE_CACHE: string } | undefined {
  const cache = getCompileCacheDir();
  return cache === undefined ? undefined : { NODE_COMPILE_CACHE: dirname(cache) };
}
