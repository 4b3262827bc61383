import assert from 'node:assert/strict';
import test from 'node:test';
import { networkOf, RefusalLimit } from '../../service/http/refusal-limit.ts';

function setUp() {
  const clock = { ms: 0 };
  const limit = new RefusalLimit(() => clock.ms);
  const refusedInARow = (address: string) => {
    let n = 0;
    for (; !limit.isSpent(address) && n < 1000; n++) limit.count(address);
    return n;
  };
  return { clock, limit, refusedInARow };
}

test('an address may be refused 60 times in a row, and once a second after that', () => {
  const { clock, refusedInARow } = setUp();
  assert.equal(refusedInARow('192.0.2.1'), 60);
  assert.equal(refusedInARow('192.0.2.2'), 60, 'others are not concerned');
  clock.ms += 999;
  assert.equal(refusedInARow('192.0.2.1'), 0);
  clock.ms += 1;
  assert.equal(refusedInARow('192.0.2.1'), 1);
  clock.ms += 3_600_000;
  assert.equal(refusedInARow('192.0.2.1'), 60, 'never more than the first time');
});

test('addresses of one IPv6 network count as one, and those of IPv4 are known in either notation', () => {
  const { limit, refusedInARow } = setUp();
  refusedInARow('2001:db8:0:1::1');
  assert.ok(limit.isSpent('2001:0DB8::1:ffff:0:0:2'));
  assert.ok(!limit.isSpent('2001:db8:0:2::1'));
  refusedInARow('::ffff:192.0.2.1');
  assert.ok(limit.isSpent('192.0.2.1'));
  assert.equal(networkOf('::1'), '0:0:0:0::/64');
  assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64');
  assert.equal(networkOf('2001:db8::'), '2001:db8:0:0::/64');
  assert.equal(networkOf('1::2:3:4:5:6:7'), '1:0:2:3::/64');
});

test('a flood from ever new addresses takes no more memory than 10,000 of them', () => {
  const { limit, refusedInARow } = setUp();
  refusedInARow('192.0.2.1');
  for (let n = 0; n < 9_999; n++) limit.count(`10.0.${n >> 8}.${n & 255}`);
  assert.ok(limit.isSpent('192.0.2.1'));
  limit.count('10.9.9.9');
  assert.ok(!limit.isSpent('192.0.2.1'), 'the one not seen for longest is forgotten');
});
