/** Markdown tables. */
export function table(title: string, heads: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const lines = [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  console.log(`\n### ${title}\n\n${lines.join('\n')}`);
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
