import type { Finding } from './differential.ts';

/**
 * What a finding counts. `self` is CPU attributed to the function: its own code, and native, V8 and kernel code that it
 * calls.
 */
export const COUNTING_WORDS = {
  self: 'own and native code',
  total: 'with callees',
} as const satisfies Record<Finding['kind'], string>;
