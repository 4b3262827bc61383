import assert from 'node:assert/strict';
import test from 'node:test';
import { confirmCall, parseConfirmOutput } from '../../service/capture/confirm-script.ts';
import { documentParameters } from '../../service/capture/ssm-document.ts';
import { sha256 } from '../support/inline-analysis.ts';

const PLAN = { captureId: 'cap-1', pid: 2211, seenAtMs: 1_795_421_280_452, hz: 99 };

function printed(whole: Uint8Array, length = whole.length): string {
  const chunk = { offset: 0, length };
  const report = { smokejumper: 1, ok: true, id: 'x', bytes: whole.length, sha256: sha256(whole), chunk };
  return `${Buffer.from(whole.subarray(0, length)).toString('base64')}\n${JSON.stringify(report)}\n`;
}

test('one process is asked for, by its number and by when it was seen; SSM takes the same as parameters', () => {
  const call = confirmCall(PLAN);
  const options = { id: 'cap-1.confirm', seconds: '5', hz: '99', startAt: '1795421280', pids: '2211' };
  assert.deepEqual(call, { action: 'confirm', options });
  assert.deepEqual(documentParameters(call, 'v1'), { version: 'v1', action: 'confirm', ...options });
});

test('the answer is a whole capture; the fault of the script and what does not fit are told apart', () => {
  const whole = new Uint8Array(20_000).fill(7);
  assert.deepEqual(parseConfirmOutput(printed(whole.subarray(0, 900)), sha256), whole.subarray(0, 900));
  assert.throws(() => parseConfirmOutput(printed(whole, 16_800), sha256), { code: 'CONFIRMATION_TOO_LARGE' });
  const fault = {
    smokejumper: 1,
    ok: false,
    id: 'x',
    code: 'TOO_YOUNG',
    message: 'The process has only just started.',
  };
  assert.throws(() => parseConfirmOutput(`${JSON.stringify(fault)}\n`, sha256), { code: 'TOO_YOUNG' });
});
