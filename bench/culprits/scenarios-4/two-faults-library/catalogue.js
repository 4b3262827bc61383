'use strict';

function isLate(loan, day) {
  return loan.returned === null && loan.due < day;
}

class Catalogue {
  constructor(loans) {
    this.loans = loans;
  }

  lateFor(reader, day) {
    const late = [];
    for (let i = 0; i < this.loans.length; i++) {
      const loan = this.loans[i];
      if (isLate(loan, day) && loan.reader === reader) late.push(loan);
    }
    return late;
  }
}

module.exports = { Catalogue };
