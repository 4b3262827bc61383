import assert from 'node:assert/strict';
import test from 'node:test';
import express from 'express';
import { pagesRouter } from '../../service/http/pages/router.ts';
import type { SetupDeps } from '../../service/http/setup/setup-routes.ts';
import { madeUpAlarm, type PlanDeps, planAlarm } from '../../service/incidents/plan/plan-alarm.ts';
import { AppError } from '../../service/shared/errors.ts';
import type { GroupName } from '../../service/shared/ids.ts';
import { HOT, PEER } from '../support/accept-alarm.ts';
import { fakeQueries } from '../support/fake-queries.ts';
import { FakeFleet, member } from '../support/fakes/fake-fleet.ts';
import { ManualClock } from '../support/fakes/manual-clock.ts';
import { exportCapture } from '../support/inline-analysis.ts';
import { planFake } from '../support/plan-fake.ts';
import { serveApp } from '../support/serve-app.ts';

type TryOut = NonNullable<NonNullable<SetupDeps['setup']>['tryOut']>;

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const facts = { topicArns: ['arn:aws:sns:eu-west-1:123456789012:cpu'], publicUrl: null, region: 'eu-west-1' };

async function setUp(plan: TryOut['plan'] | null = planFake()) {
  const setup = { facts, ...(plan === null ? {} : { tryOut: { plan, origin: 'https://smoke.example.com' } }) };
  const deps = { queries: fakeQueries([]), version: '0.1.0', exportCapture, now: Date.now, setup };
  const base = await serveApp(express().use(pagesRouter({ ...deps, publicUrl: () => 'https://smoke.example.com' })));
  const send = async (fields: Record<string, string>, headers: Record<string, string> = { origin: base }) => {
    const answer = await fetch(`${base}/setup`, { method: 'POST', body: new URLSearchParams(fields), headers });
    return { status: answer.status, text: await answer.text() };
  };
  return { base, send };
}

test('the steps are on the empty list and on a page of their own; the test where changes are allowed', async () => {
  for (const [plan, isOffered] of [
    [planFake(), true],
    [null, false],
  ] as const) {
    const { base, send } = await setUp(plan);
    for (const path of ['/', '/setup']) {
      const html = await (await fetch(base + path)).text();
      assert.match(html, /put-metric-alarm/, path);
      assert.equal(html.includes('action="/setup"'), isOffered, path);
    }
    const { status, text } = await send({ group: 'web' });
    assert.equal(status, isOffered ? 200 : 403);
    if (!isOffered) assert.match(text, /UI_CHANGES&#x3D;off/);
  }
});

test('a form of another site, one without a group and one that is too long ask nothing', async () => {
  let asked = 0;
  const { base, send } = await setUp(async (...args) => {
    asked++;
    return planFake()(args[0], args[1]);
  });
  assert.equal((await send({ group: 'web' }, { origin: 'https://evil.example' })).status, 403);
  assert.equal((await send({ group: 'web' }, { origin: base, 'sec-fetch-site': 'cross-site' })).status, 403);
  assert.equal((await send({ group: 'web' }, {})).status, 403);
  assert.match((await send({ group: ' ' })).text, /Name the Auto Scaling group/);
  assert.equal((await send({ group: 'x'.repeat(256) })).status, 400);
  assert.equal(asked, 0);
  assert.equal((await send({ group: 'web' })).status, 200);
  assert.equal(asked, 1);
});

test('a fault that was foreseen is said in words, escaped; one that was not is an error', async () => {
  const foreseen = await setUp(async () => {
    throw new AppError('GROUP_NOT_FOUND', 'There is no Auto Scaling group <b>web.', { hint: 'Look at AWS_REGION.' });
  });
  const { status, text } = await foreseen.send({ group: '<b>web' });
  assert.equal(status, 200);
  assert.match(text, /There is no Auto Scaling group &lt;b&gt;web\. Look at AWS_REGION\./);
  const bug = await setUp(async () => {
    throw new TypeError('x is not a function');
  });
  assert.equal((await bug.send({ group: 'web' })).status, 500);
});

test('only two are tried out at the same time', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  let begun = 0;
  const { promise: both, resolve: bothBegun } = Promise.withResolvers<void>();
  const { send } = await setUp(async (group, alarm) => {
    if (++begun === 2) bothBegun();
    await held;
    return planFake()(group, alarm);
  });
  const running = [send({ group: 'a' }), send({ group: 'b' })];
  await both;
  const third = await send({ group: 'c' });
  assert.deepEqual([third.status, begun], [429, 2]);
  release();
  assert.deepEqual(
    (await Promise.all(running)).map(({ status }) => status),
    [200, 200],
  );
  assert.equal((await send({ group: 'c' })).status, 200);
});

test('a made-up alarm is judged by the rules and the fleet as a real one would be', async () => {
  const group = 'web' as GroupName;
  const fleet = new FakeFleet(
    [member(HOT, group), member(PEER, group)],
    new Map([
      [HOT, 93],
      [PEER, 12],
    ]),
  );
  const day = { max: 9, windowMs: 86_400_000 };
  const deps = (exclude: readonly string[] = []): PlanDeps => ({
    limits: () => ({
      ...{ maxPerGroup: day, maxOverall: day, cooldownMs: 0, maxAlarmAgeMs: 60_000, include: [], exclude },
      place: { region: 'eu-west-1', accounts: ['123456789012'] },
      queue: { atOnce: 1, captureMs: 1000 },
    }),
    facts: async () => ({
      ...{ open: [], newestChangeMs: null, mute: null, scopeAccepted: [], allAcceptedAtMs: [] },
      ...{ capturing: 0, waiting: 0 },
    }),
    burning: async () => [],
    choose: {
      fleet,
      alarmTargets: {
        childrenOf: async () => [],
        stateOf: async () => null,
      },
      clock: new ManualClock(NOW),
      peers: 1,
      peerMinAgeMs: 0,
    },
  });
  const alarm = madeUpAlarm(group, 'web-cpu-high', { region: 'eu-west-1', nowMs: NOW });
  const { decision, choice } = await planAlarm(deps(), alarm);
  assert.deepEqual([decision.outcome, choice?.hot, choice?.peers], ['accepted', HOT, [PEER]]);
  const unwanted = await planAlarm(deps(['web-*']), alarm);
  assert.deepEqual([unwanted.decision.outcome, unwanted.choice], ['ignored', null]);
});
