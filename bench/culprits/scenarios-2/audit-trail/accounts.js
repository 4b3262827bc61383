export class Accounts {
  #balances = new Map();

  constructor(audit) {
    this.audit = audit;
  }

  #book(account, cents) {
    this.#balances.set(account, (this.#balances.get(account) ?? 0) + cents);
    this.audit.record(account, cents < 0 ? 'debit' : 'credit');
  }

  transfer({ from, to, cents }) {
    this.#book(from, -cents);
    this.#book(to, cents);
  }

  sheet() {
    const rows = [...this.#balances].sort(([a], [b]) => (a < b ? -1 : 1));
    return rows.map(([account, cents]) => `${account};${(cents / 100).toFixed(2)}`).join('\n');
  }
}
