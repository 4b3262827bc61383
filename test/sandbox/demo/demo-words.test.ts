import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import type { ReadStream } from 'node:tty';
import { listenToKeys } from '../../../sandbox/demo/keys.ts';
import { waitingWords } from '../../../sandbox/demo/waiting-words.ts';

const WAITING = { cpu: 17.4, alarmAt: 25, instanceId: 'i-0abc' };

describe('what the demo says while it waits', () => {
  it('how far the CPU is from the alarm', () => {
    assert.equal(waitingWords(WAITING, [0, 0, 0]), 'i-0abc is at 17 % CPU, the alarm fires above 25 %');
    assert.match(waitingWords({ ...WAITING, cpu: null }, [0]), /^i-0abc has no metric yet/);
  });

  it('that the machine is busy, where it is', () => {
    assert.match(waitingWords(WAITING, [5000, 0, 0]), /this machine is busy \(load 5000 on \d+ CPUs\)/);
  });
});

describe('the keys of the demo', () => {
  function terminal(isTTY: boolean) {
    const raw: boolean[] = [];
    const input = Object.assign(new PassThrough(), { isTTY, setRawMode: (on: boolean) => void raw.push(on) });
    return { input, raw, stream: input as unknown as ReadStream };
  }

  it('do what they stand for, in either case, and Ctrl-C interrupts', () => {
    const { input, raw, stream } = terminal(true);
    const done: string[] = [];
    const end = listenToKeys(stream, { o: () => done.push('out'), 2: () => done.push('two') }, () => done.push('stop'));
    input.emit('data', Buffer.from('O2x\u0003'));
    assert.deepEqual(done, ['out', 'two', 'stop']);
    end();
    input.emit('data', Buffer.from('o'));
    assert.equal(done.length, 3);
    assert.deepEqual(raw, [true, false]);
  });

  it('are left alone where there is no terminal', () => {
    const { input, raw, stream } = terminal(false);
    listenToKeys(stream, {}, () => assert.fail())();
    assert.equal(input.listenerCount('data'), 0);
    assert.deepEqual(raw, []);
  });
});
