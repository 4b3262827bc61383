'use strict';

class Ledger {
  constructor(entries) {
    this.entries = entries;
  }

  balance(account, day) {
    let cents = 0;
    for (const entry of this.entries) {
      if (entry.countsFor(account, day)) cents += entry.cents;
    }
    return cents;
  }

  sheet(accounts, day) {
    return Object.fromEntries(accounts.map((account) => [account, this.balance(account, day)]));
  }
}

module.exports = { Ledger };
