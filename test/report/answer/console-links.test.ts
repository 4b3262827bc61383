import assert from 'node:assert/strict';
import test from 'node:test';
import { consoleLinks } from '../../../service/report/answer/console-links.ts';

test('instance, session, group and alarm are shown by the console of their region', () => {
  const links = consoleLinks('eu-central-1');
  const base = 'https://eu-central-1.console.aws.amazon.com';
  const id = 'i-0abc1f52e8d7793aa';
  assert.equal(links.instance(id), `${base}/ec2/home?region=eu-central-1#InstanceDetails:instanceId=${id}`);
  assert.equal(links.session(id), `${base}/systems-manager/session-manager/${id}?region=eu-central-1`);
  assert.equal(
    links.group('web prod'),
    `${base}/ec2/home?region=eu-central-1#AutoScalingGroupDetails:id=web%20prod;view=details`,
  );
  assert.equal(links.group('tag:Service=web'), null);
  assert.equal(
    links.alarm('cpu > 80 % (a/b)'),
    `${base}/cloudwatch/home?region=eu-central-1#alarmsV2:alarm/cpu%20%3E%2080%20%25%20%28a%2Fb%29`,
  );
});

for (const [region, host] of [
  ['us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
  ['cn-north-1', 'cn-north-1.console.amazonaws.cn'],
  ['eusc-de-east-1', 'eusc-de-east-1.console.amazonaws-eusc.eu'],
  ['us-east-1', 'us-east-1.console.aws.amazon.com'],
] as const) {
  test(`the console of ${region} is that of its partition`, () => {
    assert.equal(new URL(consoleLinks(region).alarm('cpu') ?? '').host, host);
  });
}

test('a hybrid machine has sessions, and no page among the instances of EC2', () => {
  const links = consoleLinks('eu-central-1');
  assert.equal(links.instance('mi-0abc1f52e8d7793aa'), null);
  assert.match(
    links.session('mi-0abc1f52e8d7793aa') ?? '',
    /session-manager\/mi-0abc1f52e8d7793aa\?region=eu-central-1$/,
  );
});

test('what is not an id, a name or a region of AWS gets no link', () => {
  const links = consoleLinks('eu-central-1');
  for (const id of ['i-0ABC', 'i-0abc1f52e8d7793aa/../x', '', 'web-1', null]) {
    assert.equal(links.instance(id), null);
    assert.equal(links.session(id), null);
  }
  for (const name of ['', 'a\nb', '\u202ea', '\ud800', 'x'.repeat(256), null]) {
    assert.equal(links.group(name), null);
    assert.equal(links.alarm(name), null);
  }
  for (const region of [null, '', 'evil.com/', 'eu-central-1.evil.com', 'Europe (Frankfurt)', 'us-iso-east-1']) {
    assert.equal(consoleLinks(region).alarm('cpu'), null);
  }
});

test('no name leaves the place that it is put in', () => {
  for (const name of ['"><script>', "');alert(1)", 'a#b?c&d=e', 'javascript:alert(1)', '](https://evil)', '%2e%2e/']) {
    const url = consoleLinks('us-east-1').alarm(name) ?? '';
    assert.match(
      url,
      /^https:\/\/us-east-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=us-east-1#[\w:/%.~-]+$/,
    );
    assert.equal(decodeURIComponent(url.split('alarm/')[1] ?? ''), name);
  }
});
