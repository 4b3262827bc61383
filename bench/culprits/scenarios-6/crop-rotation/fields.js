/** A field and what grew on it, the newest harvest last. */
class Field {
  constructor({ name, hectares, harvests }) {
    this.name = name;
    this.hectares = hectares;
    this.harvests = harvests;
  }

  /** Plants of a family must not come back before the soil has rested from it. */
  restedFrom(family, year) {
    let i = this.harvests.length;
    while (--i >= 0) if (this.harvests[i].family === family) break;
    return i < 0 ? 99 : year - this.harvests[i].year;
  }
}

export class Farm {
  #fields;

  constructor(fields) {
    this.#fields = fields.map((field) => new Field(field));
  }

  /** Gives each wish the field that has rested longest. */
  plan(wishes, year) {
    const free = new Set(this.#fields);
    const plan = [];
    for (const { crop, family, rest } of wishes) {
      let best;
      let longest = rest;
      for (const field of free) {
        const years = field.restedFrom(family, year) + field.hectares / 1000;
        if (years < longest) continue;
        best = field;
        longest = years;
      }
      free.delete(best);
      plan.push(`${crop}: ${best?.name ?? 'buy it'}`);
    }
    return plan;
  }
}
