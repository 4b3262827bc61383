import type { SeenBefore } from '../report/earlier/seen-before.ts';
import type { ReportData } from '../report/report-data.ts';
import type { ReportSource } from '../report/source/source-data.ts';
import type { IncidentEvent, IncidentRow } from './incident-row.ts';
import type { Notification } from './notification.ts';
import type { IncidentProgress } from './progress/progress.ts';
import type { SecondLook } from './second/second.ts';
import type { SettledDelivery } from './store-port.ts';
import type { ReportTies } from './tied/ties-of.ts';
import type { Triage } from './triage/triage.ts';

/** All that pages and API show of an incident. */
export interface IncidentView extends IncidentRow {
  readonly events: readonly IncidentEvent[];
  readonly notifications: readonly Notification[];
  /** Who is told, over which channel, and how that goes; empty until the report is written. */
  readonly deliveries: readonly SettledDelivery[];
  /** Null until the incident is analyzed. */
  readonly report: ReportData | null;
  /** Earlier incidents with the same cause; null where there is none. */
  readonly seen: SeenBefore | null;
  /** The code around the findings; null where nobody asked for it, and where it may not be seen. */
  readonly source: ReportSource | null;
  readonly triage: Triage;
  /** Whether it was recorded once more; absent while that is not decided. `row`: null: none is left. */
  readonly second?: SecondLook & { readonly row: IncidentRow | null };
  /** What else burns, or burnt, under the same composite alarm; absent where nothing does. */
  readonly ties?: ReportTies;
  /** What it waits for; null for one that takes no further step. */
  readonly progress: IncidentProgress | null;
}
