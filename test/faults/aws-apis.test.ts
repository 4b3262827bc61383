/** Each AWS API of the service × each fault: the call ends, says what happened, and works when the API is well. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { API_FAULTS, type ApiFault } from '../../sandbox/faults/fault-proxy.ts';
import { AppError, OutageError } from '../../service/shared/errors.ts';
import { faultyAws } from '../support/sandbox/faulty-aws.ts';
import { until } from '../support/sandbox/wait-for.ts';

const { proxy, calls } = await faultyAws();
const APIS = Object.keys(calls);
/** Short for what never answers. All that is to succeed has the deadline of the service. */
const HASTY = { ms: 300 };
const SILENT: ReadonlySet<ApiFault> = new Set(['hang', 'stall', 'lost']);

const WORDS: Readonly<Record<ApiFault, (api: string) => RegExp>> = {
  throttle: (api) => new RegExp(` failed: AWS throttles ${api}: \\w+ \\(.*\\)\\.$`),
  internal: (api) => new RegExp(` failed: AWS could not do ${api}: \\w+ \\(.*\\)\\.$`),
  expired: (api) => new RegExp(` failed: AWS does not accept our credentials for ${api}: \\w*Expired\\w* \\(.*\\)\\.$`),
  unrecognized: (api) => new RegExp(` failed: AWS does not accept our credentials for ${api}: \\w+ \\(.*\\)\\.$`),
  denied: () => / failed: (AccessDenied|UnauthorizedOperation)\w* \(.*not authorized.*\)\.$/,
  hang: (api) => new RegExp(` failed: ${api} did not answer within 0\\.3 s\\.$`),
  stall: (api) => new RegExp(` failed: ${api} did not answer within 0\\.3 s\\.$`),
  lost: (api) => new RegExp(` failed: ${api} did not answer within 0\\.3 s\\.$`),
  reset: (api) => new RegExp(` failed: the connection broke off during ${api} \\(ECONNRESET\\)\\.$`),
};

/** Called by one method of a port: what fails must not keep the others from being reached, nor may the rest be slow. */
const TOGETHER = ['DescribeAutoScalingGroups', 'DescribeInstances', 'DescribeInstanceInformation'];
const ROUNDS = [APIS.filter((api) => !TOGETHER.includes(api)), ...TOGETHER.map((api) => [api])];

async function fails(api: string, fault: ApiFault): Promise<void> {
  const failing = calls[api]?.(SILENT.has(fault) ? HASTY : {}) ?? assert.fail(api);
  await assert.rejects(failing, (error: unknown) => {
    assert.ok(error instanceof AppError, `${api}: ${error}`);
    assert.match(error.message, WORDS[fault](api));
    assert.equal(error.retry, 'later');
    assert.ok(error.hint, `${error.message}: what can be done?`);
    // A permission that is missing does not come by itself.
    assert.equal(error instanceof OutageError, fault !== 'denied', error.message);
    return true;
  });
}

/** The API itself was reached: it answered, or it refused what it was asked. */
async function isWell(api: string): Promise<void> {
  try {
    await calls[api]?.({});
  } catch (error) {
    assert.ok(error instanceof AppError && !(error instanceof OutageError), `${api}: ${error}`);
    assert.doesNotMatch(error.message, /not authorized/);
  }
}

for (const fault of API_FAULTS) {
  test(`${fault}: each API says so in time, leaves no connection open, and works when it is well`, async () => {
    for (const round of ROUNDS) {
      for (const api of round) proxy.fail(api, fault);
      await Promise.all(round.map((api) => fails(api, fault)));
      await until(() => (proxy.held === 0 ? true : undefined));
      proxy.heal();
      await Promise.all(round.map(isWell));
    }
  });
}

test('a call that nobody waits for any more ends at once, and so does its connection', async () => {
  for (const round of ROUNDS) {
    for (const api of round) proxy.fail(api, 'hang');
    const caller = new AbortController();
    const working = round.map((api) => calls[api]?.({ signal: caller.signal }));
    await until(() => (proxy.held === round.length ? true : undefined));
    caller.abort();
    for (const [at, result] of (await Promise.allSettled(working)).entries()) {
      const reason = result.status === 'rejected' ? result.reason : undefined;
      assert.ok(reason instanceof OutageError, `${round[at]}: ${reason}`);
      assert.match(reason.message, / was interrupted\.$/);
    }
    await until(() => (proxy.held === 0 ? true : undefined));
    proxy.heal();
  }
});

/** Sends, rather than asks. */
const ONCE = new Set(['SendCommand', 'SendEmail', 'Publish']);

for (const fault of ['throttle', 'internal', 'reset', 'hang'] as const) {
  test(`${fault}, once: the call is repeated, but for what may have been sent`, async () => {
    // A try that hangs is short, and the one after it has the time that it needs: an empty queue answers after 2 s.
    const limits = {
      attempts: 2,
      ...(fault === 'hang' ? { answerMs: 1_500, mailAnswerMs: 1_500, pollAnswerMs: 5_000 } : {}),
    };
    for (const round of ROUNDS) {
      const before = proxy.calls.length;
      for (const api of round) proxy.fail(api, fault, 1);
      const results = await Promise.allSettled(round.map((api) => calls[api]?.({ limits })));
      for (const [at, api] of round.entries()) {
        const tries = proxy.calls.slice(before).filter((call) => call.api === api);
        const result = results[at];
        const reason = result?.status === 'rejected' ? result.reason : undefined;
        const kept = ONCE.has(api) && fault !== 'throttle';
        assert.equal(tries.filter((call) => call.fault === null).length > 0, !kept, `${api}: ${reason}`);
        assert.equal(reason instanceof OutageError, kept, `${api}: ${reason}`);
      }
      proxy.heal();
    }
  });
}

test('tries are bounded: an API that is never well is asked four times by one call', async () => {
  proxy.fail('ListCommands', 'internal');
  const before = proxy.calls.length;
  await assert.rejects(calls.ListCommands?.({ limits: { attempts: 4 } }) ?? assert.fail(), OutageError);
  assert.equal(proxy.calls.length - before, 4);
  proxy.heal();
});
