/** What is asked of the service, with the CPU time that an answer may take. */
import { randomUUID } from 'node:crypto';
import type { SigningIdentity } from '../../sandbox/aws/sns/certificate.ts';
import { signedBody } from '../../sandbox/aws/sns/envelope.ts';
import { functionKey } from '../../service/incidents/history/function-key.ts';
import { functionHref } from '../../service/pages/links.ts';
import { toCursor } from '../../service/store/lists/cursor.ts';
import { alarmMessage, TOPIC } from '../intake/deliveries.ts';
import { functionOf, groupName, incidentId, RARE } from './fill.ts';

export interface BenchRequest {
  readonly name: string;
  readonly targetMs: number;
  readonly path: string;
  /** How many are under way at the same time; absent: one. */
  readonly atOnce?: number;
  /** Made anew for each request; absent: GET. */
  readonly body?: () => { readonly body: string; readonly headers: Readonly<Record<string, string>> };
  readonly status: readonly number[];
}

const PAGE_MS = 50;

export function requests(incidents: number, identity: SigningIdentity, origin: string): BenchRequest[] {
  const get = (name: string, path: string, targetMs = PAGE_MS): BenchRequest => ({
    name,
    path,
    targetMs,
    status: [200],
  });
  // Nine tenths of the way back.
  const incident = toCursor('i', Math.round(incidents / 10));
  const notification = toCursor('n', incidents);
  const notThrottled = incidents - 5;
  const dates = { from: daysAgo(incidents / 300), to: daysAgo(incidents / 400) };
  const signed = { path: '/sns', status: [200], body: () => alarm(incidents, identity, origin) };
  const unsigned = { path: '/sns', status: [400, 403, 503], body: garbage };
  return [
    { name: 'POST /sns, alarm, signed, 16 at once', atOnce: 16, targetMs: 2, ...signed },
    { name: 'POST /sns, alarm, signed, one at a time', targetMs: 2, ...signed },
    { name: 'POST /sns, garbage, 16 at once', atOnce: 16, targetMs: 0.5, ...unsigned },
    { name: 'POST /sns, garbage, one at a time', targetMs: 0.5, ...unsigned },
    get('/', '/'),
    get('/, at 90 %', `/?before=${incident}`),
    get('search, rare', `/?q=${RARE}`),
    get('search, rare part of a word', `/?q=${RARE.slice(3, 15)}`),
    get('search, none', '/?q=nowhereToBeFound'),
    get('search, none, of common parts', '/?q=teamReque'),
    get('search, common', '/?q=request'),
    get('search, common, at 90 %', `/?q=request&before=${incident}`),
    get('search, two common words', '/?q=library+module'),
    get('search, two letters', '/?q=zz'),
    get('search, in a group', `/?q=request&group=${groupName(3, incidents)}`),
    get('group', `/?group=${groupName(3, incidents)}`),
    get('filter: state', '/?state=burning'),
    get('filter: verdict, at 90 %', `/?verdict=hot+path&before=${incident}`),
    get('filter: function', `/?function=${functionOf(notThrottled, incidents).function}`),
    get('filter: package', '/?package=library-7'),
    get('filter: dates, far back', `/?from=${dates.from}&to=${dates.to}`),
    get(
      'filter: group, verdict, state, dates',
      `/?group=${groupName(3, incidents)}&verdict=hot+path&state=over&to=${dates.to}`,
    ),
    get('filter: two common ones, and a search', '/?verdict=hot+path&state=over&q=request'),
    get('filter: two that never meet', '/?verdict=hot+path&state=throttled'),
    get('page of a group', `/group?name=${groupName(3, incidents)}`),
    get('page of a function', functionHref(functionKey(functionOf(notThrottled, incidents))).href),
    get('CSV, 500 rows', '/incidents.csv?limit=500'),
    get('Atom feed', '/incidents.atom'),
    get('incident page', `/incidents/${incidentId(notThrottled)}`),
    get('notifications', '/notifications'),
    get('notifications, at 90 %', `/notifications?before=${notification}`),
    get('API: incidents', '/api/v1/incidents'),
    get('API: incidents, 500 at 90 %', `/api/v1/incidents?limit=500&before=${incident}`),
    get('API: incident', `/api/v1/incidents/${incidentId(notThrottled)}`),
    get('API: notifications', '/api/v1/notifications'),
    get('/metrics', '/metrics', 20),
  ];
}

/** The newest incident is of now; some 274 come a day. */
function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

function garbage() {
  return {
    body: `{"Type" : "Notification", "nonsense" : "${randomUUID()}"}`,
    headers: { 'content-type': 'text/plain' },
  };
}

/** It joins the incident that burns: intake alone is measured, and nothing that would follow. */
function alarm(incidents: number, identity: SigningIdentity, origin: string) {
  const group = groupName(incidents - 1, incidents);
  const nowMs = Date.now();
  const message = alarmMessage(new Date(nowMs).toISOString(), group, `${group} CPU high`);
  const envelope = {
    Type: 'Notification',
    MessageId: randomUUID(),
    TopicArn: TOPIC,
    Message: message,
    Timestamp: new Date(nowMs).toISOString(),
  } as const;
  const body = signedBody(envelope, {}, '2', identity, `${origin}${identity.certificatePath}`);
  return { body, headers: { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-message-type': 'Notification' } };
}
