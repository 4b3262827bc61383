import { isSeq } from 'yaml';
import { rolePlace } from '../alarms/arn.ts';
import type { Target } from '../rules/rule-book.ts';
import { itemsOf, listOf, type Reading, readEntries, refuse, shortened, type Value } from './reading.ts';
import { checked, text } from './scalars.ts';

export const TARGET_KEYS = { known: ['account', 'region', 'role', 'external_id'] };
/** Accounts and regions in all: each has clients of its own. */
const MAX_TARGETS = 200;
/** More than AWS has. */
const MAX_REGIONS = 60;
/** Of IAM: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const MAX_ROLE_ARN = 2048;
const MAX_EXTERNAL_ID = 1224;
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,}$/;

const account = checked(text(12, 'the number of an account'), (number) =>
  /^\d{12}$/.test(number) ? undefined : 'write the 12 digits of one account in quotes',
);
const region = checked(text(40, 'the code of a region'), (code) =>
  /^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(code) ? undefined : 'write the code of a region, such as eu-west-1',
);
const regions = listOf(region, 1, MAX_REGIONS, 'codes of regions');
const role = checked(text(MAX_ROLE_ARN, 'the ARN of a role'), (arn) =>
  rolePlace(arn) === undefined ? 'write the ARN of a role, such as arn:aws:iam::111122223333:role/NAME' : undefined,
);
const externalId = checked(text(MAX_EXTERNAL_ID, 'the external id of the role'), (id) =>
  EXTERNAL_ID.test(id) ? undefined : 'write at least two letters, digits or any of _+=,.@:/-',
);

/** Faults are noted; those without one are given back. */
export function readTargets(value: Value, reading: Reading): readonly Target[] {
  if (!isSeq(value.node)) {
    refuse(value, reading, 'write a list: each target begins with "- account: …"');
    return [];
  }
  const targets: Target[] = [];
  for (const item of itemsOf({ ...value, name: 'the target' }, reading)) {
    for (const target of readTarget(item, reading)) {
      const isThere = targets.some((one) => one.accountId === target.accountId && one.region === target.region);
      if (!isThere) targets.push(target);
      else reading.fault(item.at, `there is another target ${target.accountId} in ${target.region} above; keep one`);
    }
    if (targets.length > MAX_TARGETS) {
      reading.fault(item.at, `these are more than ${MAX_TARGETS} accounts and regions; write ${MAX_TARGETS} at most`);
      return [];
    }
  }
  return targets;
}

function readTarget(value: Value, reading: Reading): readonly Target[] {
  const entries = readEntries(value, reading, TARGET_KEYS);
  if (entries === undefined) return [];
  const of = (key: string) => entries.get(key);
  const [accountValue, regionValue, roleValue, idValue] = TARGET_KEYS.known.map(of);
  if (accountValue === undefined)
    reading.fault(value.at, 'the target has no account; write account: and its 12 digits');
  if (regionValue === undefined) reading.fault(value.at, 'the target has no region; write region: and its code');
  const accountId = accountValue && account(accountValue, reading);
  const codes = regionValue && regions(regionValue, reading);
  const roleArn = roleValue === undefined ? null : role(roleValue, reading);
  const id = idValue === undefined ? null : externalId(idValue, reading);
  if (idValue !== undefined && roleValue === undefined) {
    reading.fault(idValue.at, 'external_id is of a role, and the target has none; write role: and its ARN');
  }
  if (accountId === undefined || codes === undefined || roleArn === undefined || id === undefined) return [];
  const ofRole = roleArn === null ? accountId : rolePlace(roleArn)?.accountId;
  if (roleValue !== undefined && ofRole !== accountId) {
    reading.fault(
      roleValue.at,
      `role is of the account ${shortened(ofRole ?? '')}, not ${accountId}; write its own role`,
    );
    return [];
  }
  return codes.map((code) => ({ accountId, region: code, roleArn, externalId: id }));
}
