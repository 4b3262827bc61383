import { isInField } from './sky.js';

const byBrightness = (a, b) => a.magnitude - b.magnitude;

export function chartOf(catalogue, field, most) {
  const seen = catalogue.filter((star) => isInField(star, field));
  return seen.sort(byBrightness).slice(0, most);
}
