import type { Differential } from './differential.ts';

/** What a comparison found, for programs: numbers as they are. The tree stays out: it is in the SVG. */
export function comparisonJson(differential: Differential): string {
  const { quality, findings, programs, hot, healthy, wholeProfileP, method } = differential;
  const { class: verdictClass, headline, evidence } = differential.verdict;
  const verdict = { class: verdictClass, headline, evidence };
  return `${JSON.stringify({ verdict, quality, findings, programs, hot, healthy, wholeProfileP, method }, null, 2)}\n`;
}
