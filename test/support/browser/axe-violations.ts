import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** Rules of axe that a page breaks, with the first place of each; `without` are rules that do not hold for it. */
export async function axeViolations(page: Page, without: readonly string[] = []): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async (left) => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } };
    const { violations } = await axe.run({
      iframes: false,
      rules: Object.fromEntries(left.map((rule) => [rule, { enabled: false }])),
    });
    return violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`);
  }, without);
}
