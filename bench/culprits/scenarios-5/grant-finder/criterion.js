'use strict';

/** One condition of a grant. */
class Criterion {
  constructor(field, kind, value) {
    this.field = field;
    this.kind = kind;
    this.value = value;
  }

  isMetBy(applicant) {
    const given = applicant[this.field];
    if (this.kind === 'atLeast') return given >= this.value;
    if (this.kind === 'oneOf') return this.value.includes(given);
    return given.toLowerCase().startsWith(this.value);
  }
}

module.exports = { Criterion };
