'use strict';

const { allows } = require('./rule.js');

class Locks {
  constructor(rules) {
    this.rules = rules;
  }

  decide({ badge, door, minute }) {
    for (const rule of this.rules) {
      if (allows(rule, badge, door, minute)) return rule.name;
    }
    return null;
  }
}

module.exports = { Locks };
