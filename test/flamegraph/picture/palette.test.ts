/** Colours are told apart, and names on them read, in both schemes and by colour-blind eyes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../../service/compare/compare.ts';
import {
  CARRIED_FILLS,
  CHANGE_FILLS,
  carriedFill,
  changeFill,
  changeSteps,
  INK,
  palette,
  TIER_FILLS,
  VARIANTS,
} from '../../../service/flamegraph/picture/palette.ts';
import { differentialParts } from '../../../service/flamegraph/picture/static-svg.ts';
import { CATEGORIES, type Category } from '../../../service/profile/profile.ts';
import { contrast, leastDistance } from '../../support/colour-distance.ts';
import { profileFromText } from '../../support/profile-from-text.ts';

const SCHEMES = [0, 1] as const;
const STEPS = changeSteps(1);
const PALETTE = palette();
const fill = (index: number, scheme: 0 | 1): string => PALETTE[index]?.[scheme] as string;

test('the measure of distance: none, all of it, and what red-green blind eyes take for one colour', () => {
  assert.equal(leastDistance('#777777', '#777777'), 0);
  assert.ok(Math.abs(leastDistance('#000000', '#ffffff') - 100) < 0.1);
  assert.ok(leastDistance('#a05a00', '#6b7300') < 8, 'olive and brown are one to red-green blind eyes');
});

test('names on every fill have a contrast of 4.5 and more', () => {
  for (const scheme of SCHEMES)
    PALETTE.forEach((pair, i) => {
      assert.ok(contrast(pair[scheme], INK[scheme]) >= 4.5, `fill ${i}, scheme ${scheme}`);
    });
});

test('neighbouring steps of the scale of changes are told apart, and less from more', () => {
  for (const scheme of SCHEMES) {
    for (let i = CHANGE_FILLS; i < CHANGE_FILLS + 8; i++) {
      const distance = leastDistance(fill(i, scheme), fill(i + 1, scheme));
      assert.ok(distance >= 6, `steps ${i - CHANGE_FILLS} and following, scheme ${scheme}: ${distance.toFixed(1)}`);
    }
    for (const step of STEPS) {
      const [less, more] = [changeFill(-step, STEPS), changeFill(step, STEPS)];
      assert.ok(leastDistance(fill(less, scheme), fill(more, scheme)) >= 18, `±${step}, scheme ${scheme}`);
    }
  }
});

test('what only passes a change on is told from what changed, and from what did not', () => {
  for (const scheme of SCHEMES)
    for (const sign of [-1, 1]) {
      const carried = fill(carriedFill(sign), scheme);
      const first = changeFill(sign * (STEPS[0] ?? 0), STEPS);
      for (const other of [first, CHANGE_FILLS + 4]) {
        const distance = leastDistance(carried, fill(other, scheme));
        assert.ok(distance >= 3, `${sign}, fill ${other}, scheme ${scheme}: ${distance.toFixed(1)}`);
      }
    }
});

test('the scale of changes fits the incident: its largest has the strongest colour, and steps are round', () => {
  for (const largest of [0.14, 0.2, 0.31, 0.39, 0.5, 1, 1.4, 2.4, 3.6, 7, 11, 40, 100]) {
    const steps = changeSteps(largest);
    assert.equal(changeFill(largest, steps), CHANGE_FILLS + 8, `${largest}`);
    assert.equal(changeFill(0.04, steps), CHANGE_FILLS + 4, 'smaller than is worth a look');
    steps.forEach((step, place) => {
      assert.ok(step > (steps[place - 1] ?? 0) && `${step}`.length <= 4, `${steps}`);
    });
  }
  for (const odd of [0, Number.NaN, Number.POSITIVE_INFINITY]) assert.equal(changeSteps(odd).length, 4);
});

test('the most common kinds of code are told apart, and so are tiers', () => {
  const common: Category[] = ['app', 'dependency', 'node', 'v8', 'gc', 'native', 'kernel'];
  const fills = common.map((name) => CATEGORIES.indexOf(name) * VARIANTS);
  const tiers = [0, 1, 2, 3, 4].map((tier) => TIER_FILLS + tier);
  for (const scheme of SCHEMES)
    for (const group of [fills, tiers])
      for (const a of group)
        for (const b of group) {
          const distance = leastDistance(fill(a, scheme), fill(b, scheme));
          assert.ok(a === b || distance >= 5, `fills ${a} and ${b}, scheme ${scheme}: ${distance.toFixed(1)}`);
        }
});

test('the legend of a differential has a swatch for every step of the scale', () => {
  const side = (count: number) => profileFromText(`0..30 main;work@/srv/app.js:1 ${count}`, { facts: { seconds: 30 } });
  const { body } = differentialParts(compare(side(300), side(900)), { title: 'x' });
  const swatches = [...body.matchAll(/<rect class="c(\d+)"[^>]*\/><text[^>]*>([^<]*)/g)];
  assert.deepEqual(
    swatches.map(([, index]) => Number(index) - CHANGE_FILLS),
    [0, 1, 2, 3, 4, CARRIED_FILLS + 1 - CHANGE_FILLS, 5, 6, 7, 8],
  );
  for (const step of changeSteps(0.2))
    for (const sign of ['−', '+'])
      assert.ok(
        swatches.some(([, , text = '']) => text.includes(`${sign}${step}`)),
        `${sign}${step}`,
      );
});
