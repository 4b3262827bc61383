import { FINAL_STATES } from '../incidents/incident.ts';

/** Conditions on a row of `incident`. They are word for word those of indexes, or SQLite would not use these. */

/** Something is still to be done for it. */
export const UNFINISHED = `state NOT IN (${FINAL_STATES.map((state) => `'${state}'`).join(', ')})`;

/** It was captured, or is to be. */
export const CAPTURED = "state NOT IN ('throttled', 'lapsed')";

/** Its alarm is still on; alarms of the same group join it. */
export const OPEN = `closed_at_ms IS NULL AND ${CAPTURED}`;

/** It is about an alarm: no drill. */
export const IN_EARNEST = 'NOT EXISTS (SELECT 1 FROM drill WHERE drill.seq = incident.seq)';

/** It is an incident of its own, not the second recording of one. */
export const FIRST = 'NOT EXISTS (SELECT 1 FROM second_capture WHERE second_capture.seq = incident.seq)';

/** It may be deleted by age or size: nothing is to be done for it, and nobody said to keep it. */
export const PRUNABLE = `pinned = 0 AND state IN (${FINAL_STATES.map((state) => `'${state}'`).join(', ')})`;
