import { FACET_NAMES, type IncidentFilter } from '../../incidents/incident-filter.ts';
import type { Db } from '../database.ts';

/** A value that incidents are filtered by, and how many have it. */
export interface Term {
  readonly id: number;
  readonly n: number;
}

/** Which part of the incidents a span of time is, by number of the row; both ends exclusive. */
export interface Span {
  readonly above: number;
  readonly below: number;
}

export const ALL_TIME: Span = { above: 0, below: Number.MAX_SAFE_INTEGER };

/**
 * Rows around the end of a span whose order is not trusted: incidents come in the order in which they are opened, but
 * for a clock that somebody sets back.
 */
const DISORDER = 1_000;

/** What the filters of a list mean in rows. */
export class Terms {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.statements = prepare(db);
  }

  /** The rarest first; undefined when no incident has one of them. */
  of(filter: IncidentFilter): readonly Term[] | undefined {
    const terms: Term[] = [];
    for (const facet of FACET_NAMES) {
      const value = filter[facet];
      if (value === undefined) continue;
      const term = this.statements.term.get({ facet, value }) as Term | undefined;
      if (term === undefined) return undefined;
      terms.push(term);
    }
    return terms.sort((one, other) => one.n - other.n);
  }

  /** Undefined when no incident was opened then. Rows within it still have to be looked at. */
  span({ fromMs, toMs }: IncidentFilter): Span | undefined {
    if (fromMs === undefined && toMs === undefined) return ALL_TIME;
    const first =
      fromMs === undefined ? ALL_TIME.above + 1 : (this.statements.first.get({ at: fromMs }) as number | null);
    const last = toMs === undefined ? ALL_TIME.below - 1 : (this.statements.last.get({ at: toMs }) as number | null);
    return first === null || last === null ? undefined : { above: first - 1, below: last + 1 };
  }
}

function prepare(db: Db) {
  const end = (which: 'MIN' | 'MAX', compare: string, order: string) =>
    db
      .prepare(
        `SELECT ${which}(seq) FROM (SELECT seq FROM incident WHERE opened_at_ms ${compare} :at
                                     ORDER BY opened_at_ms ${order} LIMIT ${DISORDER})`,
      )
      .pluck();
  return {
    term: db.prepare('SELECT id, n FROM term WHERE facet = :facet AND value = substr(:value, 1, 300)'),
    first: end('MIN', '>=', 'ASC'),
    last: end('MAX', '<', 'DESC'),
  };
}
