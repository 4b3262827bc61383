import { holds } from './conditions.js';

const between = (mod, ...ranges) => ({ mod, ranges: ranges.flatMap((range) => [].concat(range, range).slice(0, 2)) });

/** After the plural rules of CLDR, simplified. */
const RULES = {
  en: [{ category: 'one', conditions: [between(0, 1)] }],
  ru: [
    { category: 'one', conditions: [between(10, 1), between(100, [0, 10], [12, 99])] },
    { category: 'few', conditions: [between(10, [2, 4]), between(100, [0, 11], [15, 99])] },
  ],
  br: [
    { category: 'one', conditions: [between(10, 1), between(100, 1, 21, 31, 41, 51, 61, 81)] },
    { category: 'two', conditions: [between(10, 2), between(100, 2, 22, 32, 42, 52, 62, 82)] },
    {
      category: 'few',
      conditions: [
        between(100, 3, 4, 9, 23, 24, 29, 33, 34, 39, 43, 44, 49, 53, 54, 59, 63, 64, 69, 83, 84, 89),
        between(0, [3, 1e9]),
      ],
    },
    { category: 'many', conditions: [between(1e6, 0), between(0, [1, 1e9])] },
  ],
};

export function categoryOf(locale, count) {
  for (const { category, conditions } of RULES[locale]) {
    let all = true;
    for (const condition of conditions) all &&= holds(condition, count);
    if (all) return category;
  }
  return 'other';
}
