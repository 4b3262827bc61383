import type { RunningFleet } from '../fleet/fleet.ts';
import { ARCHIVE } from '../fleet/job.ts';

/** A fault that sets an instance on fire: in what a customer has set, beside the service, or around it. */
export interface Fire {
  readonly id: string;
  /** In the terminal, a key; on the control page, a button. */
  readonly key: string;
  readonly title: string;
  /** What the report should find, for whoever wants to check it. */
  readonly expect: string;
  start(fleet: RunningFleet, instanceId: string): Promise<void>;
  stop(fleet: RunningFleet, instanceId: string): Promise<void>;
}

/** Some 3 MB: reading them takes a good part of what the rest of a mail takes. */
const COMPANY = 40_000;
/** Looks from each character to the end of the text: 12,000 characters are 70 million steps. */
const RULE = { pattern: '[^]*prize[^]*click', folder: 'advertising' };
/** Copies that live just long enough to be moved by the garbage collector. */
const DEEP = 90_000;

/** A fire made of what the customer has set, put out by setting something else. */
function setting(fire: Omit<Fire, 'start' | 'stop'>, kind: string, bad: () => string, good: string): Fire {
  return {
    ...fire,
    start: (fleet, instanceId) => fleet.configure(instanceId, kind, bad()),
    stop: (fleet, instanceId) => fleet.configure(instanceId, kind, good),
  };
}

const NEWSLETTER: Pick<Fire, 'start' | 'stop'> = {
  start: (fleet, instanceId) => fleet.startOverload(instanceId),
  stop: (fleet, instanceId) => fleet.stopOverload(instanceId),
};

export const FIRES: readonly [Fire, ...Fire[]] = [
  {
    id: 'html',
    key: '1',
    title: 'a poisoned newsletter',
    expect: 'parseHTML in src/parse-html.js',
    ...NEWSLETTER,
  },
  setting(
    {
      id: 'json',
      key: '2',
      title: 'the address book of a whole company',
      expect: 'decodeBook in src/contacts.js, through JSON.parse',
    },
    'contacts',
    () => JSON.stringify(Array.from({ length: COMPANY }, (_, i) => ({ address: `p${i}@example.com`, name: `P ${i}` }))),
    '[]',
  ),
  setting(
    {
      id: 'regex',
      key: '3',
      title: 'a rule with a runaway regular expression',
      expect: 'matchesRule in src/rules.js, through the regular expression',
    },
    'rules',
    () => JSON.stringify([RULE]),
    '[]',
  ),
  setting(
    {
      id: 'garbage',
      key: '4',
      title: 'a customer who looks back over all mails',
      expect: 'withEntry in src/conversations.js, and garbage collection',
    },
    'conversations',
    () => String(DEEP),
    '50',
  ),
  {
    id: 'gzip',
    key: '5',
    title: 'gzip beside the service',
    expect: 'another process: gzip, started by archive-logs',
    start: async (fleet, instanceId) => fleet.startJob(instanceId, ARCHIVE),
    stop: (fleet, instanceId) => fleet.stopJob(instanceId),
  },
  {
    id: 'offline',
    key: '6',
    title: 'the newsletter again, with no peer that answers',
    expect: 'a report of one side, which says that',
    async start(fleet, instanceId) {
      setOthersOffline(fleet, instanceId, true);
      await NEWSLETTER.start(fleet, instanceId);
    },
    async stop(fleet, instanceId) {
      setOthersOffline(fleet, instanceId, false);
      await NEWSLETTER.stop(fleet, instanceId);
    },
  },
];

function setOthersOffline(fleet: RunningFleet, instanceId: string, offline: boolean): void {
  for (const { id } of fleet.instances) if (id !== instanceId) fleet.setOffline(id, offline);
}
