import type { FunctionKey } from '../../incidents/history/function-key.ts';
import type { Culprit, FunctionPoint, GroupHistory } from '../../incidents/history/history.ts';
import type { FunctionHistory, PageQuery } from '../../incidents/store-port.ts';
import type { Db } from '../database.ts';
import { type Part, page, totalOf } from '../lists/paged.ts';

/** Incidents of a group that its page is made of, the newest: some 5 ms. */
const LOOKED_AT = 200;
const CULPRITS = 10;

interface PointRecord extends Omit<FunctionPoint, 'isFinding'> {
  readonly seq: number;
  readonly rank: number | null;
}

interface CulpritRecord extends Culprit {
  readonly allCoreMs: number;
}

export class HistoryLists {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.statements = prepare(db);
  }

  /** Undefined for a function that no recording had. */
  ofFunction({ place, name }: FunctionKey, query: PageQuery): FunctionHistory | undefined {
    const known = this.statements.known.get({ place, name }) as { id: number; package: string | null } | undefined;
    if (known === undefined) return undefined;
    const find = ({ from, way, limit }: Part) => ({
      rows: this.statements.points[way].all({ function: known.id, from, limit }) as PointRecord[],
    });
    const found = page('i', query, find, ({ seq }) => seq);
    const rows = found.rows.map(({ seq: _, rank, ...point }) => ({ ...point, isFinding: rank !== null }));
    return { place, name, package: known.package, points: { ...found, rows, total: totalOf(found) } };
  }

  /** Undefined for a group that had no incident. */
  ofGroup(group: string, nowMs: number): GroupHistory | undefined {
    const term = this.statements.group.get({ group }) as { id: number; n: number } | undefined;
    if (term === undefined) return undefined;
    const part = { term: term.id, limit: LOOKED_AT };
    const openedAtMs = this.statements.opened.all(part) as number[];
    const burnt = this.statements.culprits.all({ ...part, now: nowMs, most: CULPRITS }) as CulpritRecord[];
    const culprits = burnt.map(({ allCoreMs: _, ...culprit }) => culprit);
    return { group, total: term.n, openedAtMs, culprits, coreMs: burnt[0]?.allCoreMs ?? 0 };
  }
}

/** Core-milliseconds; of an alarm that is on, until now. */
const BURNT = 'extra_cores * MAX(0, COALESCE(closed_at_ms, :now) - opened_at_ms)';

function prepare(db: Db) {
  const points = (compare: string, order: string) =>
    db.prepare(
      `SELECT used.seq, used.rank, id, opened_at_ms AS openedAtMs, closed_at_ms AS closedAtMs, group_name AS "group",
              hot_instance AS hotInstance, hot_cores AS hotCores, healthy_cores AS healthyCores,
              extra_cores AS extraCores, release
         FROM incident_function AS used CROSS JOIN incident ON incident.seq = used.seq
         LEFT JOIN incident_release ON incident_release.seq = used.seq
        WHERE used.function_id = :function AND used.seq ${compare} :from ORDER BY used.seq ${order} LIMIT :limit`,
    );
  const newest = 'SELECT seq FROM incident_term WHERE term_id = :term ORDER BY seq DESC LIMIT :limit';
  return {
    known: db.prepare('SELECT id, package FROM known_function WHERE place = :place AND name = :name'),
    points: { older: points('<', 'DESC'), newer: points('>', 'ASC') },
    group: db.prepare(`SELECT id, n FROM term WHERE facet = 'group' AND value = :group`),
    opened: db
      .prepare(`SELECT opened_at_ms FROM (${newest}) AS newest CROSS JOIN incident ON incident.seq = newest.seq`)
      .pluck(),
    culprits: db.prepare(
      `SELECT place, name, package, COUNT(*) AS incidents, SUM(${BURNT}) AS coreMs,
              SUM(SUM(${BURNT})) OVER () AS allCoreMs
         FROM (${newest}) AS newest
        CROSS JOIN incident ON incident.seq = newest.seq
        CROSS JOIN incident_function AS used ON used.seq = newest.seq AND used.extra_cores > 0
        CROSS JOIN known_function AS known ON known.id = used.function_id
        GROUP BY used.function_id ORDER BY coreMs DESC, used.function_id LIMIT :most`,
    ),
  };
}
