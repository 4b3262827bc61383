/** The calls of the store port as data: what a thread can be sent. */
import type { IncidentStore } from '../incidents/store-port.ts';
import { rule } from '../rules/ruling.ts';
import type { SqliteStore } from './sqlite-store.ts';

export type StoreMethod = keyof IncidentStore;

export type StoreCall = {
  readonly [Method in StoreMethod]: readonly [method: Method, ...args: Parameters<IncidentStore[Method]>];
}[StoreMethod];

/** Which connection answers: pages must not wait for a lock that holds up whoever writes. */
export const CONNECTION_OF: Readonly<Record<StoreMethod, 'writing' | 'reading'>> = {
  record: 'writing',
  accept: 'writing',
  openDrill: 'writing',
  dueSeconds: 'reading',
  nextSecondReportMs: 'reading',
  openSecond: 'writing',
  skipSecond: 'writing',
  secondLook: 'reading',
  ties: 'reading',
  baselineFacts: 'reading',
  beginBaseline: 'writing',
  claimBaseline: 'writing',
  renewBaseline: 'writing',
  postponeBaseline: 'writing',
  nextBaselineMs: 'writing',
  baseline: 'writing',
  baselineFile: 'reading',
  noteBaseline: 'writing',
  putBaseline: 'writing',
  endBaseline: 'writing',
  baselines: 'reading',
  adoptBaseline: 'writing',
  facts: 'reading',
  claim: 'writing',
  releaseLeases: 'writing',
  renew: 'writing',
  advance: 'writing',
  postpone: 'writing',
  nextDueMs: 'writing',
  backlog: 'reading',
  queuePlace: 'reading',
  shiftTimes: 'writing',
  addDeliveries: 'writing',
  deliveries: 'reading',
  allClear: 'reading',
  claimDelivery: 'writing',
  renewDelivery: 'writing',
  settleDelivery: 'writing',
  postponeDelivery: 'writing',
  nextDeliveryMs: 'writing',
  deliveryBacklog: 'reading',
  incident: 'writing',
  burning: 'writing',
  captures: 'reading',
  scheduleCaptures: 'writing',
  setCommand: 'writing',
  finishCapture: 'writing',
  putFile: 'writing',
  file: 'reading',
  files: 'reading',
  saveReport: 'writing',
  report: 'reading',
  saveRelease: 'writing',
  seenBefore: 'reading',
  functionHistory: 'reading',
  groupHistory: 'reading',
  fillHistory: 'writing',
  list: 'reading',
  row: 'reading',
  events: 'reading',
  notifications: 'reading',
  groups: 'reading',
  prune: 'writing',
  sweepFiles: 'writing',
  prunePlan: 'reading',
  pruned: 'reading',
  triage: 'reading',
  marks: 'reading',
  change: 'writing',
  labels: 'reading',
  mute: 'writing',
  unmute: 'writing',
  mutes: 'reading',
  deleteIncident: 'writing',
  operations: 'reading',
  earlierRemarks: 'reading',
  importIncident: 'writing',
  counts: 'reading',
  check: 'writing',
};

/** Does a call; what it answers is that of the port. */
export function perform(store: SqliteStore, [method, ...args]: StoreCall): unknown {
  if (method === 'accept') {
    const [entry, ruling] = args as Parameters<IncidentStore['accept']>;
    return store.accept(entry, (facts) => rule(ruling, facts, entry.alarm, entry.receivedAtMs));
  }
  return (store[method] as (...args: readonly unknown[]) => unknown).apply(store, args);
}

/** A store of which every method becomes a call. */
export function storeOf(call: (call: StoreCall) => Promise<unknown>): IncidentStore {
  const methods = (Object.keys(CONNECTION_OF) as StoreMethod[]).map((method) => [
    method,
    (...args: readonly unknown[]) => call([method, ...args] as unknown as StoreCall),
  ]);
  // Sound: `perform` gives each method what the port says, and the table above names them all.
  return Object.fromEntries(methods) as IncidentStore;
}

/** The store in the thread of the caller, for commands that do one thing. */
export function localStore(store: SqliteStore): IncidentStore {
  return storeOf(async (call) => perform(store, call));
}
