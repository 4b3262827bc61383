import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseV8Engine } from '../../../sandbox/demo/demo-environment.ts';

describe("V8's profiler in the demo", () => {
  const said: string[] = [];
  const choose = (sharedNetwork: string | null, bare: boolean) =>
    chooseV8Engine({ sharedNetwork }, bare, (text) => said.push(text));

  it('names lines where each instance has its own network', () => {
    assert.equal(choose(null, false), 'lines');
    assert.equal(choose(null, true), 'lines');
    assert.deepEqual(said, []);
  });

  it('stays off where instances share one, and the demo says why', () => {
    assert.equal(choose('ip is missing', false), 'off');
    assert.match(said.join(), /profiler is not asked: .*no networks of their own \(ip is missing\)/);
  });

  it('cannot be done without when Node has no flags', () => {
    assert.throws(() => choose('ip is missing', true), /only V8's profiler knows names.*ip is missing/);
  });
});
