import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCaptureFacts } from '../../../service/profile/capture-form/facts.ts';
import { unknownContainer } from '../../../service/profile/container/container.ts';

const WEB = { id: '0123456789ab', name: 'web', image: 'shop/web:41', pod: 'web-7f9c', namespace: 'shop' };

function facts(more: object): ReturnType<typeof readCaptureFacts> {
  const processes = [
    { pid: 7, name: 'server.js', container: '0123456789ab' },
    { pid: 8, name: 'server.js', container: 'fedcba987654' },
    { pid: 9, name: 'cron', container: null },
  ];
  const otherProcesses = [{ pid: 5, name: 'gzip', cpuSeconds: 1, processes: 2, container: '0123456789ab' }];
  return readCaptureFacts(JSON.stringify({ hz: 99, seconds: 1, binMs: 20, processes, otherProcesses, ...more }));
}

test('processes and other programs know the container that they run in, as far as it was told', () => {
  const { processes, otherProcesses } = facts({ containers: [WEB] });
  const web = { ...unknownContainer('0123456789ab'), ...WEB };
  assert.deepEqual(
    processes.map(({ info }) => [info.container, info.runsIn]),
    [
      ['0123456789ab', web],
      ['fedcba987654', undefined],
      [undefined, undefined],
    ],
  );
  assert.deepEqual(otherProcesses[0]?.runsIn, web);
});

test('a capture from before containers were told of is read; what is no container is refused', () => {
  assert.deepEqual(
    facts({}).processes.map(({ info }) => info.runsIn),
    [undefined, undefined, undefined],
  );
  for (const containers of ['web', [7], [null], [{ id: 7 }], [{ id: 'a', image: {} }]])
    assert.throws(() => facts({ containers }), { code: 'CAPTURE_INVALID' }, JSON.stringify(containers));
});
