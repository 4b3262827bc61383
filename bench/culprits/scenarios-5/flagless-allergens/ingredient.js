'use strict';

class Ingredient {
  constructor(name, labels) {
    this.name = name;
    this.labels = labels;
  }

  /** Labels are paths, from the group down to the sort: `nuts/tree/hazel`. */
  carries(allergen) {
    for (const label of this.labels) {
      if (label.startsWith(allergen)) return true;
    }
    return false;
  }
}

module.exports = { Ingredient };
