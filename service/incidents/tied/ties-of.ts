import type { ReportData } from '../../report/report-data.ts';
import type { ReportTied, ReportUnder } from '../../report/tied/tied-data.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { NotificationOutcome } from '../notification.ts';
import type { IncidentStore } from '../store-port.ts';

type Store = Pick<IncidentStore, 'ties'>;

/** As reports say it. */
export interface ReportTies {
  readonly under: ReportUnder | null;
  readonly others: readonly ReportTied[];
}

/** The alarm is told of by an incident: its own, or one that was open before. */
const CAPTURED: readonly NotificationOutcome[] = ['accepted', 'attached', 'duplicate'];

/** What is known now of the incidents that this one is tied to. */
export async function tiesOf(store: Store, id: IncidentId): Promise<ReportTies> {
  const { under, others } = await store.ties(id);
  return {
    under,
    others: others.map(({ outcome, reason, ...other }) => {
      const isTold = outcome === 'accepted' || (CAPTURED.includes(outcome) && other.incidentId !== null);
      return { ...other, why: isTold ? null : reason };
    }),
  };
}

/** The report with it; what it says already stays where nothing is known any more. */
export async function withTies(store: Store, id: IncidentId, report: ReportData): Promise<ReportData> {
  const { under, others } = await tiesOf(store, id);
  return { ...report, ...(under && { under }), ...(others.length > 0 && { tied: others }) };
}
