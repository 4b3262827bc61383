import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import test from 'node:test';
import { type IntakeDeps, intake } from '../../service/incidents/intake.ts';
import { Refusals } from '../../service/incidents/refusals.ts';
import type { IncidentStore } from '../../service/incidents/store-port.ts';
import { AppError } from '../../service/shared/errors.ts';
import { silentLog } from '../../service/shared/log.ts';
import { localStore } from '../../service/store/store-calls.ts';
import { ManualClock } from '../support/fakes/manual-clock.ts';
import { openTestStore } from '../support/open-test-store.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:cpu';
const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 });
const STRANGER = generateKeyPairSync('rsa', { modulusLength: 2048 });
const CERTIFICATE = { publicKey: KEYS.publicKey, validFromMs: NOW - 86_400_000 };

function alarmMessage(state: string, changedAtMs: number): string {
  return JSON.stringify({
    AlarmName: 'web CPU',
    AlarmDescription: null,
    AWSAccountId: '123456789012',
    NewStateValue: state,
    OldStateValue: state === 'ALARM' ? 'OK' : 'ALARM',
    NewStateReason:
      'Threshold Crossed: 1 out of the last 1 datapoints [71.0 (23/11/26 02:59:00)] was greater than the ' +
      'threshold (50.0).',
    StateChangeTime: new Date(changedAtMs).toISOString().replace('Z', '+0000'),
    Region: 'US East (N. Virginia)',
    AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:web CPU',
    Trigger: {
      MetricName: 'CPUUtilization',
      Namespace: 'AWS/EC2',
      StatisticType: 'Statistic',
      Statistic: 'AVERAGE',
      Unit: null,
      Dimensions: [{ value: 'web-prod', name: 'AutoScalingGroupName' }],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 50,
      TreatMissingData: '',
      EvaluateLowSampleCountPercentile: '',
    },
  });
}

interface Forgery {
  readonly message?: string;
  readonly messageId?: string;
  readonly topicArn?: string;
  readonly type?: string;
  readonly timestampMs?: number;
  readonly key?: typeof KEYS.privateKey;
  readonly tamper?: (envelope: Record<string, string>) => void;
}

function deliver(options: Forgery = {}): { body: string; headers: Record<string, string> } {
  const type = options.type ?? 'Notification';
  const envelope: Record<string, string> = {
    Type: type,
    MessageId: options.messageId ?? 'm-1',
    TopicArn: options.topicArn ?? TOPIC,
    Message: options.message ?? alarmMessage('ALARM', NOW - 5000),
    Timestamp: new Date(options.timestampMs ?? NOW - 1000).toISOString(),
    SignatureVersion: '2',
    SigningCertURL:
      'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
  };
  if (type !== 'Notification') Object.assign(envelope, { Token: 'token-1', SubscribeURL: 'https://example.com/' });
  const keys =
    type === 'Notification'
      ? ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = keys.map((key) => `${key}\n${envelope[key]}\n`).join('');
  envelope.Signature = sign('RSA-SHA256', Buffer.from(text), options.key ?? KEYS.privateKey).toString('base64');
  options.tamper?.(envelope);
  return {
    body: JSON.stringify(envelope),
    headers: { 'x-amz-sns-message-type': type, 'x-amz-sns-topic-arn': envelope.TopicArn ?? '' },
  };
}

function setUp(changes: Partial<IntakeDeps> = {}) {
  const store = openTestStore();
  const port = localStore(store);
  const confirmed: string[] = [];
  const woken = { times: 0 };
  const clock = new ManualClock(NOW);
  const logged: object[] = [];
  const log = { ...silentLog, warn: (facts: object, message: string) => logged.push({ ...facts, message }) };
  const deps: IntakeDeps = {
    store: port,
    clock,
    log,
    certificates: { get: async () => CERTIFICATE },
    refusals: new Refusals({ store: changes.store ?? port, clock, log }),
    subscriptions: {
      confirm: async (topicArn, token) => {
        confirmed.push(token);
        return `${topicArn}:subscription`;
      },
      subscribe: async () => '',
      publish: async () => undefined,
    },
    trust: { topicArns: [TOPIC] },
    rules: () => ({
      maxPerGroup: { max: 12, windowMs: 86_400_000 },
      maxOverall: { max: 48, windowMs: 86_400_000 },
      cooldownMs: 900_000,
      maxAlarmAgeMs: 900_000,
      include: [],
      exclude: [],
      place: { region: 'us-east-1', accounts: [] },
      queue: { atOnce: 4, captureMs: 60_000 },
    }),
    onChanged: () => {
      woken.times++;
    },
    ...changes,
  };
  const post = async (delivery: { body: string; headers: Record<string, string> }) =>
    (await intake(deps, delivery.body, delivery.headers)).status;
  const outcomes = () => store.notifications({ limit: 50 }).rows.map((row) => row.outcome);
  const reason = () => store.notifications({ limit: 1 }).rows[0]?.reason ?? '';
  return { store, clock, logged, confirmed, woken, post, outcomes, reason, refusals: deps.refusals };
}

test('a signed CPU alarm opens an incident and wakes the runner', async () => {
  const { store, post, outcomes, woken } = setUp();
  assert.equal(await post(deliver()), 200);
  assert.deepEqual(outcomes(), ['accepted']);
  assert.equal(woken.times, 1);
  const row = store.list({ limit: 1 }).rows[0];
  assert.deepEqual(
    { state: row?.state, group: row?.group, name: row?.alarmName },
    { state: 'accepted', group: 'web-prod', name: 'web CPU' },
  );
});

test('a second delivery changes nothing, and is answered as the first', async () => {
  const { store, post, outcomes, woken } = setUp();
  await post(deliver());
  assert.equal(await post(deliver()), 200);
  assert.deepEqual(outcomes(), ['duplicate', 'accepted']);
  assert.equal(store.list({ limit: 9 }).total, 1);
  assert.equal(woken.times, 1);
});

test('the OK after it closes the incident', async () => {
  const { store, post, outcomes } = setUp();
  await post(deliver());
  assert.equal(await post(deliver({ messageId: 'm-2', message: alarmMessage('OK', NOW - 1000) })), 200);
  assert.deepEqual(outcomes(), ['closed', 'accepted']);
  assert.equal(store.list({ limit: 1 }).rows[0]?.closedAtMs, NOW);
});

const FORGED: readonly [string, Forgery][] = [
  ['signed by a stranger', { key: STRANGER.privateKey }],
  ['of a foreign topic', { topicArn: 'arn:aws:sns:us-east-1:999999999999:cpu' }],
  [
    'whose message was changed after signing',
    { tamper: (envelope) => Object.assign(envelope, { Message: alarmMessage('ALARM', NOW) }) },
  ],
  ['with an empty signature', { tamper: (envelope) => Object.assign(envelope, { Signature: '' }) }],
  ['without a signature', { tamper: (envelope) => Reflect.deleteProperty(envelope, 'Signature') }],
  [
    'without anything that proves it',
    {
      tamper: (envelope) => {
        for (const field of ['Signature', 'SignatureVersion', 'SigningCertURL'])
          Reflect.deleteProperty(envelope, field);
      },
    },
  ],
  ['signed in a way that is not known', { tamper: (envelope) => Object.assign(envelope, { SignatureVersion: '3' }) }],
  [
    'whose certificate lies in a bucket named sns',
    {
      tamper: (envelope) =>
        Object.assign(envelope, {
          SigningCertURL:
            'https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
        }),
    },
  ],
  ['replayed after days', { timestampMs: NOW - 5 * 86_400_000 }],
];

for (const [name, forgery] of FORGED) {
  test(`a notification ${name} is answered 403, noted, and nothing else happens`, async () => {
    const { store, post, outcomes, woken, reason } = setUp();
    assert.equal(await post(deliver(forgery)), 403);
    assert.deepEqual(outcomes(), ['rejected']);
    assert.ok(reason().length > 10, reason());
    assert.equal(store.list({ limit: 9 }).total, 0);
    assert.equal(woken.times, 0);
  });
}

test('a body that is not JSON is answered 400 and one over 256 KiB 413, both with a reason', async () => {
  const { post, outcomes, reason } = setUp();
  assert.equal(await post({ body: 'hello', headers: {} }), 400);
  assert.match(reason(), /not JSON/);
  assert.equal(await post({ body: JSON.stringify({ x: 'y'.repeat(300_000) }), headers: {} }), 413);
  assert.match(reason(), /300\d* bytes|at most/);
  assert.deepEqual(outcomes(), ['rejected', 'rejected']);
});

test('a message that is not an alarm is answered 200 and ignored with the reason', async () => {
  const { post, outcomes, reason } = setUp();
  assert.equal(await post(deliver({ message: 'Hello from the console' })), 200);
  assert.deepEqual(outcomes(), ['ignored']);
  assert.ok(reason().length > 10);
});

test('a subscription is confirmed by API with the token, never by the address in the message', async () => {
  const { post, confirmed, outcomes } = setUp();
  assert.equal(await post(deliver({ type: 'SubscriptionConfirmation', message: 'You have chosen …' })), 200);
  assert.deepEqual(confirmed, ['token-1']);
  assert.deepEqual(outcomes(), ['confirmed']);
});

test('a certificate that cannot be fetched now: SNS is asked to retry, and the notification log says why', async () => {
  const unavailable = async () => {
    throw new AppError('CERTIFICATE_UNAVAILABLE', 'no route', { retry: 'later' });
  };
  let get: IntakeDeps['certificates']['get'] = unavailable;
  const { post, outcomes, reason } = setUp({ certificates: { get: (url) => get(url) } });
  assert.equal(await post(deliver()), 503);
  assert.deepEqual(outcomes(), ['rejected']);
  assert.equal(reason(), 'no route SNS will retry.');
  get = async () => CERTIFICATE;
  assert.equal(await post(deliver()), 200);
  assert.deepEqual(outcomes(), ['accepted', 'rejected']);
});

test('when the notification log cannot be written SNS is asked to retry, whatever it delivered', async () => {
  const { store } = setUp();
  const locked: IncidentStore = Object.assign(Object.create(store), {
    record: () => assert.fail('database is locked'),
    accept: () => assert.fail('database is locked'),
  });
  const { post } = setUp({ store: locked });
  assert.equal(await post(deliver()), 503);
  assert.equal(await post(deliver({ message: 'no alarm' })), 503);
  assert.equal(await post(deliver({ key: STRANGER.privateKey })), 503);
  assert.equal(await post({ body: 'hello', headers: {} }), 503);
});

test('a subscription that cannot be confirmed is in the notification log; SNS retries when that may help', async () => {
  for (const [retry, status, words] of [
    ['later', 503, /^no permission SNS will retry\.$/],
    ['never', 400, /^no permission$/],
  ] as const) {
    const { post, outcomes, reason } = setUp({
      subscriptions: {
        confirm: async () => {
          throw new AppError('SNS_CONFIRM_FAILED', 'no permission', { retry });
        },
        subscribe: async () => '',
        publish: async () => undefined,
      },
    });
    assert.equal(await post(deliver({ type: 'SubscriptionConfirmation', message: 'x' })), status);
    assert.deepEqual(outcomes(), ['rejected']);
    assert.match(reason(), words);
  }
});

test('the end of our subscription is explained in the notification log', async () => {
  const { post, outcomes, reason } = setUp();
  assert.equal(await post(deliver({ type: 'UnsubscribeConfirmation', message: 'You have chosen …' })), 200);
  assert.deepEqual(outcomes(), ['ignored']);
  assert.match(reason(), /was cancelled.*smokejumper subscribe/);
});

test('a signed message from the future says that our clock is behind, and SNS repeats it', async () => {
  const { clock, post, outcomes, reason } = setUp();
  const early = { timestampMs: NOW + 3_600_000, message: alarmMessage('ALARM', NOW + 3_595_000) };
  assert.equal(await post(deliver(early)), 503);
  assert.deepEqual(outcomes(), ['rejected']);
  assert.match(
    reason(),
    /^The clock of this host is at least 60 min behind that of SNS\. Set the clock.*will retry\.$/,
  );
  clock.advance(3_600_000);
  assert.equal(await post(deliver(early)), 200);
  assert.deepEqual(outcomes(), ['accepted', 'rejected']);
});

test('a certificate that is not valid yet says the same, once the signature is right', async () => {
  const certificate = { ...CERTIFICATE, validFromMs: NOW + 86_400_000 };
  const { post, reason } = setUp({ certificates: { get: async () => certificate } });
  assert.equal(await post(deliver({ key: STRANGER.privateKey })), 403);
  assert.equal(await post(deliver()), 503);
  assert.match(reason(), /1440 min behind/);
});

test('a forger learns nothing of our clock: a wrong signature is a wrong signature', async () => {
  const { post, reason } = setUp();
  assert.equal(await post(deliver({ timestampMs: NOW + 3_600_000, key: STRANGER.privateKey })), 403);
  assert.match(reason(), /signature does not match/);
});

test('of a flood 30 a minute are recorded, the others counted, and the log has their number', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { clock, logged, store, post, refusals } = setUp();
  const recorded = () => store.notifications({ limit: 1 }).total;
  const flood = async (n: number) => {
    for (let i = 0; i < n; i++) assert.equal(await post({ body: 'hello', headers: {} }), 400);
  };
  await flood(100);
  assert.equal(recorded(), 30);
  assert.equal(refusals.unrecordedTotal, 70);
  assert.equal(logged.length, 30);
  t.mock.timers.tick(60_000);
  assert.deepEqual(logged.slice(30), [
    { unrecorded: 70, limit: 30, message: 'rejected more notifications than are recorded in a minute' },
  ]);
  clock.advance(60_000);
  await flood(31);
  assert.equal(recorded(), 60);
  assert.equal(refusals.unrecordedTotal, 71);
  assert.equal(await post(deliver()), 200, 'what is genuine is not concerned');
});

test('what SNS did sign is recorded whatever else floods in', async () => {
  const { post, reason } = setUp();
  for (let i = 0; i < 40; i++) await post({ body: 'hello', headers: {} });
  assert.equal(await post(deliver({ timestampMs: NOW + 3_600_000 })), 503);
  assert.match(reason(), /clock of this host/);
});
