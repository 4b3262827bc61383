'use strict';

function unsafeFor(dish, allergens) {
  const reasons = [];
  for (const allergen of allergens) {
    const carrier = dish.ingredients.find((ingredient) => ingredient.carries(allergen));
    if (carrier !== undefined) reasons.push(`${allergen} in ${carrier.name}`);
  }
  return reasons;
}

exports.menuFor = (dishes, allergens) =>
  dishes.map((dish) => ({ dish: dish.name, reasons: unsafeFor(dish, allergens) }));
