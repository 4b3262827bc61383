/**
 * Prints a number as a bar of `width` percent. Pages run under a strict Content-Security-Policy, which allows no inline
 * styles, so it is an SVG. `thin`: below the number, in a table.
 */
export function barTemplate(side: 'hot' | 'healthy' | '{{side}}', width: string, form: '' | ' thin' = ''): string {
  return (
    `<svg class="bar ${side}${form}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">` +
    `<rect class="track" width="100" height="8"/><rect class="fill" width="${width}" height="8"/></svg>`
  );
}
