import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseV8Engine } from '../../../sandbox/demo/demo-environment.ts';

describe("V8's profiler in the demo", () => {
  const choose = (sharedNetwork: string | null, { nodeFlags = true, asRoot = true } = {}) => {
    const said: string[] = [];
    const engine = chooseV8Engine({ sharedNetwork }, { nodeFlags, asRoot, say: (text) => said.push(text) });
    return { engine, said: said.join() };
  };

  it('names lines where each instance has its own network', () => {
    assert.deepEqual(choose(null), { engine: 'lines', said: '' });
    assert.deepEqual(choose(null, { nodeFlags: false }), { engine: 'lines', said: '' });
  });

  it('stays off where instances share one, and the demo says why', () => {
    const { engine, said } = choose('ip: not found');
    assert.equal(engine, 'off');
    assert.match(said, /profiler is not asked: .*no networks of their own \(ip: not found\)/);
  });

  it('stays off without root, and the demo says why', () => {
    const { engine, said } = choose(null, { asRoot: false });
    assert.equal(engine, 'off');
    assert.match(said, /profiler is not asked: .*need root/);
  });

  it('cannot be done without when Node has no flags', () => {
    const words = /only V8's profiler knows names, .*ip: not found/;
    assert.throws(() => choose('ip: not found', { nodeFlags: false }), words);
  });
});
