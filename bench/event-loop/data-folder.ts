/** A data folder with incidents that wait for their analysis. */
import { join } from 'node:path';
import { type Capture, captureFile, type IncidentState } from '../../service/incidents/incident.ts';
import type { Changes } from '../../service/incidents/store-port.ts';
import type { CaptureId, GroupName, IncidentId, InstanceId } from '../../service/shared/ids.ts';
import { openSqliteStore } from '../../service/store/open-store.ts';
import type { SqliteStore } from '../../service/store/sqlite-store.ts';
import { makeCapture } from './made-capture.ts';

const OWNER = 'bench';
const CAPS = { atOnce: 100, perGroup: 100, perAccount: 100 };
const REASON = 'Threshold Crossed: 1 datapoint [71.0 (26/11/26 03:00:00)] was greater than the threshold (50.0).';

export interface FolderOptions {
  readonly folder: string;
  readonly incidents: number;
  /** Of each side. */
  readonly samples: number;
  /** When the work may begin. */
  readonly dueMs: number;
}

export function fillDataFolder({ folder, incidents, samples, dueMs }: FolderOptions): IncidentId[] {
  const { db, store } = openSqliteStore(folder, join(import.meta.dirname, '../../migrations'), 'writing');
  const sides = { hot: makeCapture({ samples, isHot: true }), peer: makeCapture({ samples, isHot: false }) };
  try {
    return Array.from({ length: incidents }, (_, at) => collected(store, at, sides, dueMs));
  } finally {
    db.close();
  }
}

/** An incident whose captures have come back. */
function collected(
  store: SqliteStore,
  at: number,
  sides: Readonly<Record<Capture['role'], Uint8Array>>,
  dueMs: number,
): IncidentId {
  const now = Date.now();
  const id = `inc-made${at}` as IncidentId;
  const group = `web-${at}` as GroupName;
  accept(store, id, group, now);
  const captures = (['hot', 'peer'] as const).map(
    (role): Capture => ({
      ...{ id: `cap-${role}${at}` as CaptureId, incidentId: id, instanceId: `i-${role}${at}` as InstanceId, role },
      ...{ seconds: 30, hz: 99, startAtMs: now, commandId: 'made', outcome: 'pending', failure: null },
    }),
  );
  const claim = (state: IncidentState) =>
    store.claim({ states: [state], caps: CAPS, owner: OWNER, nowMs: now, leaseUntilMs: now + 1000 });
  const move = (from: 'accepted' | 'targeted' | 'dispatched', to: 'targeted' | 'dispatched' | 'collected') => {
    const hotInstance = captures[0]?.instanceId;
    const changes: Changes = to === 'targeted' && hotInstance ? { captures, group, hotInstance } : {};
    claim(from);
    if (!store.advance({ id, owner: OWNER, from, to, atMs: now, detail: 'made', changes }))
      throw new Error(`not ${to}`);
  };
  move('accepted', 'targeted');
  for (const capture of captures) {
    store.putFile(id, captureFile(capture), 'application/gzip', sides[capture.role]);
    store.finishCapture(capture.id, 'collected', null);
  }
  move('targeted', 'dispatched');
  move('dispatched', 'collected');
  claim('collected');
  store.postpone({ id, owner: OWNER, attempts: 0, nextMs: dueMs, note: null });
  return id;
}

function accept(store: SqliteStore, id: IncidentId, group: GroupName, now: number): void {
  const arn = `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${group}`;
  store.accept(
    {
      ...{ receivedAtMs: now, messageId: `made ${id}`, topicArn: 'arn:aws:sns:us-east-1:123456789012:cpu', body: '{}' },
      incidentId: id,
      alarm: {
        ...{ key: arn, arn, name: group, description: null, accountId: '123456789012', region: 'us-east-1' },
        otherAccounts: [],
        ...{ state: 'ALARM', previousState: 'OK', reason: REASON, changedAtMs: now, afterMuteWindow: false },
        ...{ metric: { namespace: 'AWS/EC2', name: 'CPUUtilization' }, threshold: 50, observed: 71, periodSeconds: 60 },
        ...{
          comparison: 'GreaterThanThreshold',
          contributor: null,
          composite: null,
          isCpu: true,
          cpuWhenAlarm: 'high',
        },
        targets: { instanceIds: [], groups: [group], hosts: [] },
      },
    },
    () => ({ outcome: 'accepted', supersedes: null, reason: 'made' }),
  );
}
