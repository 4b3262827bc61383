import { FINAL_STATES } from '../incidents/incident.ts';

/**
 * Condition on a row of `incident`: something is still to be done for it. Word for word that of the index
 * `incident_due`, or SQLite would not use it.
 */
export const UNFINISHED = `state NOT IN (${FINAL_STATES.map((state) => `'${state}'`).join(', ')})`;
