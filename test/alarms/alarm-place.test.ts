import assert from 'node:assert/strict';
import test from 'node:test';
import { alarmKey, placeOfKey } from '../../service/alarms/arn.ts';

const PLACE = { accountId: '111122223333', region: 'eu-west-1' };
const ARN = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web: CPU #1';

test('the key of an alarm tells where it is, as far as its message did', () => {
  const named = { name: 'web/CPU', contributor: null };
  for (const contributor of [null, { id: 'c1', attributes: {} }]) {
    assert.deepEqual(placeOfKey(alarmKey({ arn: ARN, ...PLACE, name: 'web: CPU #1', contributor })), PLACE);
    assert.deepEqual(placeOfKey(alarmKey({ arn: null, ...PLACE, name: 'web/CPU', contributor })), PLACE);
  }
  const regionless = { accountId: PLACE.accountId, region: null };
  assert.deepEqual(placeOfKey(alarmKey({ arn: null, ...named, ...regionless })), regionless);
  const nowhere = { accountId: null, region: null };
  for (const key of [alarmKey({ arn: null, ...named, ...nowhere }), '', 'try/eu-west-1/x', 'drill/eu-west-1/i-0']) {
    assert.deepEqual(placeOfKey(key), nowhere, key);
  }
});
