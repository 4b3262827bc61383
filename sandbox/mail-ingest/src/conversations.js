/** Mails that a conversation is looked for in, where the customer has set nothing else. */
const DEFAULT_DEPTH = 50;

/**
 * Groups mails by their subject: the latest mails of each customer, `depth` of them.
 *
 * One of the demo's flaws: the list is copied for each mail, entry by entry. With fifty entries that is nothing; a
 * customer who wants to look back over all mails keeps the garbage collector busy.
 */
export class Conversations {
  #spool;
  #latest = new Map();

  constructor(spool) {
    this.#spool = spool;
  }

  /** How many of the customer's latest mails have the same subject. */
  async join(customer, id, subject) {
    const depth = (await this.#spool.parsed('conversations', customer, Number)) ?? DEFAULT_DEPTH;
    const known = this.#latest.get(customer) ?? [];
    const latest = withEntry(known, { id, subject, seen: 0 }, depth);
    this.#latest.set(customer, latest);
    return latest.reduce((count, entry) => (entry.subject === subject ? count + 1 : count), 0);
  }
}

function withEntry(entries, entry, depth) {
  const missing = Math.max(0, depth - entries.length - 1);
  const older = Array.from({ length: missing }, (_, i) => ({ id: `old-${i}`, subject: `(mail ${i})`, seen: 0 }));
  return [...older, ...entries, entry].slice(-depth).map((each) => ({ ...each, seen: each.seen + 1 }));
}
