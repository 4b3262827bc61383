import type { IncidentView } from '../incidents/incident-view.ts';
import { NO_TRIAGE } from '../incidents/triage/triage.ts';
import { renderFunctionPage } from './history/function-page.ts';
import { renderGroupPage } from './history/group-page.ts';
import { renderIncidentPage } from './incident-page.ts';
import { renderIncidentsPage } from './incidents-page.ts';
import { renderNotificationsPage } from './notifications-page.ts';
import type { PageAssets } from './page-shell.ts';
import { renderSetupPage } from './setup/setup-page.ts';

const NOTHING = { rows: [], total: 0, older: null, newer: null, searched: null };
const NOBODYS: IncidentView = {
  id: 'inc-none' as IncidentView['id'],
  state: 'accepted',
  accountId: null,
  region: null,
  group: null,
  alarmName: '',
  hotInstance: null,
  headline: null,
  verdictClass: null,
  openedAtMs: 0,
  closedAtMs: null,
  again: false,
  retry: null,
  events: [],
  notifications: [],
  deliveries: [],
  report: null,
  seen: null,
  source: null,
  triage: NO_TRIAGE,
  progress: null,
};

/**
 * Templates are compiled when they are first used, which takes some 150 ms: at the start of the service nobody waits
 * for it, while later it would hold up all others.
 */
export function warmPages(assets: PageAssets): void {
  renderIncidentPage({ view: NOBODYS, files: [], assets });
  renderIncidentsPage({
    page: NOTHING,
    params: {},
    groups: [],
    notifications: [],
    assets,
  });
  const points = NOTHING;
  renderFunctionPage({ history: { place: '', name: '', package: null, points }, nowMs: 0, assets });
  const group = { group: '', total: 0, openedAtMs: [], culprits: [], coreMs: 0 };
  renderGroupPage({ history: group, incidents: [], baselines: [], assets });
  renderNotificationsPage({ page: NOTHING, assets });
  renderSetupPage({ setup: { topicArns: [], publicUrl: null, region: '', mayTry: false }, assets });
}
