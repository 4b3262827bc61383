import { type Action, type Chart, covers, type Grant } from './grant.js';

export class Guard {
  private readonly grants: Map<string, readonly Grant[]>;

  constructor(grants: Iterable<readonly [string, readonly Grant[]]>) {
    this.grants = new Map(grants);
  }

  /** The charts that somebody may use. */
  allowed(user: string, action: Action, charts: readonly Chart[]): readonly Chart[] {
    const own = this.grants.get(user) ?? [];
    const allowed: Chart[] = [];
    for (const chart of charts) {
      for (const grant of own) {
        if (!covers(grant, chart) || !grant.actions.includes(action)) continue;
        allowed.push(chart);
        break;
      }
    }
    return allowed;
  }
}
