'use strict';

class Entry {
  constructor(day, account, cents) {
    this.day = day;
    this.account = account;
    this.cents = cents;
  }

  countsFor(account, day) {
    return this.day <= day && (this.account === account || this.account.startsWith(`${account}:`));
  }
}

module.exports = { Entry };
