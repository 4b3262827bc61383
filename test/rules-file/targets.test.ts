import assert from 'node:assert/strict';
import test from 'node:test';
import { checkRulesFile, readRulesFile } from '../../service/rules-file/read-rules-file.ts';

const ROLE = 'arn:aws:iam::222233334444:role/smokejumper';

/** Of a target that says this. */
function faultsOf(target: string): readonly string[] {
  return checkRulesFile(`targets: [${target}]`).faults.map(({ text }) => text);
}

test('a target is an account in one region or several, with a role or without', () => {
  const { targets } = readRulesFile(
    `
targets:
  - account: "222233334444"
    region: [eu-west-1, us-east-1]
    role: ${ROLE}
    external_id: fleet-7f3a
  - { account: "111122223333", region: us-east-1 }
`,
    'rules.yaml',
  );
  const other = { accountId: '222233334444', roleArn: ROLE, externalId: 'fleet-7f3a' };
  assert.deepEqual(targets, [
    { ...other, region: 'eu-west-1' },
    { ...other, region: 'us-east-1' },
    { accountId: '111122223333', region: 'us-east-1', roleArn: null, externalId: null },
  ]);
});

test('a target that would send commands to the wrong place, or none, is a fault', () => {
  const account = 'account: "222233334444"';
  const region = 'region: eu-west-1';
  const cases: readonly (readonly [string, readonly RegExp[]])[] = [
    ['{}', [/^the target has no account; write/, /^the target has no region; write/]],
    [`{ account: 222233334444, ${region} }`, [/^account is the number 222233334444; put it into quotes/]],
    [`{ account: "2222*", ${region} }`, [/^account is "2222\*"; write the 12 digits of one account in quotes$/]],
    [`{ ${account}, region: eu-* }`, [/^region is "eu-\*"; write the code of a region, such as eu-west-1$/]],
    [`{ ${account}, region: [] }`, [/^region is an empty list; write codes of regions$/]],
    [`{ ${account}, ${region}, role: smokejumper }`, [/^role is "smokejumper"; write the ARN of a role/]],
    [
      `{ ${account}, ${region}, role: "arn:aws:iam::999999999999:role/x" }`,
      [/^role is of the account "999999999999", not 222233334444; write its own role$/],
    ],
    [
      `{ ${account}, ${region}, external_id: abc }`,
      [/^external_id is of a role, and the target has none; write role:/],
    ],
    [`{ ${account}, ${region}, role: "${ROLE}", external_id: "a b" }`, [/^external_id is "a b"; write at least two/]],
    [
      `{ ${account}, ${region} }, { ${account}, ${region} }`,
      [/^there is another target 222233334444 in eu-west-1 above/],
    ],
    [`{ ${account}, ${region}, regions: x }`, [/^there is no key "regions" here; did you mean region\?$/]],
    ['web', [/^the target is "web"; write keys and values: account, region, role …$/]],
  ];
  for (const [target, expected] of cases) {
    const faults = faultsOf(target);
    assert.equal(faults.length, expected.length, `${target}: ${faults.join(' | ')}`);
    for (const [at, pattern] of expected.entries()) assert.match(faults[at] ?? '', pattern);
  }
  assert.match(checkRulesFile('targets: web').faults[0]?.text ?? '', /^targets is "web"; write a list/);
});

test('more than 200 accounts and regions are refused', () => {
  const many = Array.from(
    { length: 201 },
    (_, at) => `{ account: "${String(at).padStart(12, '0')}", region: eu-west-1 }`,
  );
  assert.deepEqual(faultsOf(many.slice(1).join(',')), []);
  assert.match(faultsOf(many.join(','))[0] ?? '', /^these are more than 200 accounts and regions/);
});
