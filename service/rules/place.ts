/** Where the instances of an alarm are, and whether commands may go there. */
import type { Alarm } from '../alarms/alarm.ts';
import { quoted } from '../shared/text/untrusted.ts';
import type { Target } from './rule-book.ts';

/** Null: the message does not say. */
export type Place = Pick<Alarm, 'accountId' | 'region'>;

/** The account and region of the service itself, by the configuration. */
export interface OwnPlace {
  readonly region: string;
  /** None: any, for commands of a person who vouches for the alarm. */
  readonly accounts: readonly string[];
}

/** In an account that monitors others, an alarm has another account than the instances that it watches. */
export function placeOf(alarm: Alarm): Place {
  const [watched = alarm.accountId, ...more] = watchedAccounts(alarm);
  return { accountId: more.length === 0 ? watched : alarm.accountId, region: alarm.region };
}

function watchedAccounts({ accountId, otherAccounts, watchesOwn }: Alarm): readonly (string | null)[] {
  return (watchesOwn ?? otherAccounts.length === 0) ? [accountId, ...otherAccounts] : otherAccounts;
}

export function targetAt(targets: readonly Target[], { accountId, region }: Place): Target | undefined {
  return targets.find((target) => target.accountId === accountId && target.region === region);
}

export function isOwnPlace({ region, accounts }: OwnPlace, place: Place): boolean {
  const isOwnRegion = place.region === null || place.region === region;
  return isOwnRegion && (place.accountId === null || accounts.length === 0 || accounts.includes(place.accountId));
}

/** Why an alarm must not have anything recorded: instances elsewhere may have the names of ours. */
export function whyElsewhere(own: OwnPlace, targets: readonly Target[], alarm: Alarm): string | null {
  const name = quoted(alarm.name);
  const accounts = own.accounts.length === 0 ? [] : accountsOf(alarm);
  const areKnown = accounts.every((account) => isKnown(own, targets, account));
  if (areKnown && targetAt(targets, placeOf(alarm)) !== undefined) return whySeveral(own, alarm);
  if (alarm.region !== null && alarm.region !== own.region) {
    const works = `this service works in ${own.region} (AWS_REGION)`;
    const targeted = targets.length === 0 ? '' : ', and no target of the rules file is there';
    return `${name} is of the region ${quoted(alarm.region)}; ${works}${targeted}.`;
  }
  const foreign = accounts.find((account) => !own.accounts.includes(account));
  if (foreign === undefined) return whySeveral(own, alarm);
  const whose = foreign === alarm.accountId ? 'is of' : 'watches instances of';
  const where = targets.length === 0 ? 'ALARM_ACCOUNTS' : 'ALARM_ACCOUNTS, targets of the rules file';
  return `${name} ${whose} the account ${quoted(foreign)}, which is not configured (${where}).`;
}

function accountsOf({ accountId, otherAccounts }: Alarm): readonly string[] {
  return [...(accountId === null ? [] : [accountId]), ...otherAccounts];
}

function isKnown({ accounts }: OwnPlace, targets: readonly Target[], account: string): boolean {
  return accounts.includes(account) || targets.some(({ accountId }) => accountId === account);
}

/** Instances of several accounts may have one name. */
function whySeveral({ accounts }: OwnPlace, alarm: Alarm): string | null {
  const watched = watchedAccounts(alarm);
  if (accounts.length === 0 || watched.length < 2) return null;
  const all = watched.map((account) => quoted(account ?? 'unknown')).join(' and ');
  return `${quoted(alarm.name)} watches instances of the accounts ${all}; have one alarm for each account.`;
}
