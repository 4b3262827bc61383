/** Steps of an order, one after the other; each may be undone. */
export class Saga {
  #steps = [];

  step(name, run, undo) {
    this.#steps.push({ name, run, undo });
    return this;
  }

  async run(context) {
    const done = [];
    try {
      for (const step of this.#steps) {
        await step.run(context);
        done.unshift(step);
      }
    } catch (error) {
      for (const step of done) await step.undo?.(context);
      context.failed = error.message;
    }
    return context;
  }
}
