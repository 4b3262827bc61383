/** The tables of this benchmark. */
import { markdownTable } from '../markdown-table.ts';

export function table(title: string, heads: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  process.stdout.write(`\n### ${title}\n\n${markdownTable(heads, rows)}`);
}

export const seconds = (value: number) => value.toFixed(2);
export const kb = (bytes: number) => (bytes / 1000).toFixed(0);
export const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
export const times = (ours: number, theirs: number) => (theirs > 0 ? `${(ours / theirs).toFixed(2)} ×` : '-');
/** `+0.4 ± 1.2 %` */
export const percent = (value: number, halfWidth?: number) => {
  const sign = value < 0 ? '−' : '+';
  const within = halfWidth === undefined || Number.isNaN(halfWidth) ? '' : ` ± ${(halfWidth * 100).toFixed(1)}`;
  return `${sign}${Math.abs(value * 100).toFixed(1)}${within} %`;
};
