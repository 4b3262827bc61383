/** Each version of a recipe keeps a copy of all, so that it can be undone. */
export class Cookbook {
  constructor(recipes) {
    this.recipes = recipes;
    this.undo = [];
  }

  snapshot() {
    this.undo.push(structuredClone(this.recipes));
    if (this.undo.length > 5) this.undo.shift();
  }

  add(recipe) {
    this.snapshot();
    const at = this.recipes.findIndex(({ title }) => title === recipe.title);
    if (at < 0) throw new Error(`There is no recipe ${recipe.title}.`);
    this.recipes[at] = recipe;
    return at;
  }
}
