import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AlarmDatapoint, explains } from '../../service/fleet/alarm-datapoint.ts';
import type { ChoiceInput } from '../../service/fleet/choice.ts';
import { chooseTargets } from '../../service/fleet/choose-targets.ts';
import type { CpuPoint } from '../../service/fleet/member.ts';
import type { GroupName, InstanceId } from '../../service/shared/ids.ts';
import { member } from '../support/fakes/fake-fleet.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 20, 3, 15);
const WEB = 'web' as GroupName;
const [A, B, C] = ['a', 'b', 'c'].map((letter) => `i-0${letter.repeat(16)}` as InstanceId) as [
  InstanceId,
  InstanceId,
  InstanceId,
];

/** Four minutes ago, over a minute. */
const SAW: AlarmDatapoint = { percent: 95.1, atMs: NOW - 4 * MINUTE, periodMs: MINUTE };

/** `[minutes ago, percent]` */
function at(...points: (readonly [number, number])[]): CpuPoint[] {
  return points.map(([minutes, percent]) => ({ atMs: NOW - minutes * MINUTE, percent }));
}

describe('an instance explains what the alarm saw', () => {
  const isExplained = (points: CpuPoint[], changes: Partial<AlarmDatapoint> = {}) =>
    explains({ ...SAW, ...changes }, points, NOW);

  test('with a figure within a seventh of it, at that time or since', () => {
    assert.equal(isExplained(at([5, 20], [4, 95.1], [3, 20])), true);
    assert.equal(isExplained(at([4, 20], [3, 20], [2, 81])), true);
    assert.equal(isExplained(at([4, 80], [3, 80], [2, 80])), false);
  });

  test('not with one of before', () => assert.equal(isExplained(at([6, 99], [5, 99], [4, 25])), false));

  test('or not is unknown while CloudWatch has no figure of that time', () => {
    assert.equal(isExplained([]), undefined);
    assert.equal(isExplained(at([8, 20], [7, 20], [6, 20])), undefined);
    assert.equal(isExplained(at([5, 20], [4, 20], [-2, 99])), false, 'the future is not believed');
  });

  test('with a figure of five minutes that one such minute can make', () => {
    assert.equal(isExplained(at([10, 15], [5, 30])), true);
    assert.equal(isExplained(at([10, 15], [5, 15])), false);
    assert.equal(isExplained(at([10, 15], [5, 30]), { periodMs: 5 * MINUTE }), false);
  });

  test('of little within five points of percent', () => {
    assert.equal(isExplained(at([4, 8], [3, 8]), { percent: 12 }), true);
    assert.equal(isExplained(at([4, 6], [3, 6]), { percent: 12 }), false);
  });
});

function choose(
  cpu: readonly (readonly [InstanceId, CpuPoint[]])[],
  members = [member(A, WEB), member(B, WEB)],
  changes: Partial<ChoiceInput> = {},
) {
  const input = {
    instanceIds: [],
    wholeGroups: [WEB],
    members,
    cpu: new Map(cpu),
    now: NOW,
    peers: 1,
    minPeerAgeMs: 0,
  };
  return chooseTargets({ ...input, datapoint: SAW, ...changes });
}

const calm = (percent: number) => at([4, percent], [3, percent], [2, percent]);

describe('the choice is held against the datapoint of the alarm', () => {
  const doubt = (...args: Parameters<typeof choose>) => choose(...args).verdicts[0]?.doubt;

  test('and nothing speaks against the one that was that hot', () => {
    assert.equal(
      doubt([
        [A, calm(94)],
        [B, calm(20)],
      ]),
      undefined,
    );
  });

  test('and is doubted when nobody in service was', () => {
    const choice = choose([
      [A, calm(25)],
      [B, calm(20)],
    ]);
    assert.equal(choice.hot, A);
    assert.equal(
      choice.verdicts[0]?.doubt,
      `The alarm saw 95 %; nobody in service explains that: ${A} is the hottest, and has had 25 % at most since.`,
    );
    assert.equal(choice.verdicts[1]?.doubt, undefined);
  });

  test('and names the member that was, and is not in service any more', () => {
    const standby = [member(A, WEB), member(B, WEB), member(C, WEB, { lifecycle: 'Standby' })];
    assert.match(
      doubt(
        [
          [A, calm(25)],
          [B, calm(20)],
          [C, calm(97)],
        ],
        standby,
      ) ?? '',
      new RegExp(`at most since\\. ${C} had 97 %, and is Standby now\\.$`),
    );
  });

  test('also when the alarm names the instance', () => {
    assert.equal(
      doubt([[A, calm(25)]], undefined, { instanceIds: [A], wholeGroups: [] }),
      `The alarm saw 95 %; ${A}, which it names, does not explain that: it has had 25 % at most since.`,
    );
  });

  test('but not while there is no figure of that time, or no percentage to hold it against', () => {
    assert.equal(doubt([[A, at([9, 25], [8, 25])]]), undefined);
    assert.equal(doubt([[A, calm(25)]], undefined, { datapoint: null }), undefined);
  });

  test('and falls on the one that was that hot, though another is busier by now', () => {
    const cpu = [
      [A, at([4, 95], [3, 15], [2, 10])],
      [B, calm(60)],
    ] as const;
    const choice = choose(cpu);
    assert.equal(choice.hot, A);
    assert.equal(
      choice.hotReason,
      'It was as hot as the alarm saw, and no busier one was; its CPU is 40 % over the latest 3 data points, ' +
        `that of ${B} 60 %.`,
    );
    assert.equal(choose(cpu, undefined, { instanceIds: [A, B], wholeGroups: [] }).hot, A);
    assert.equal(choose(cpu, undefined, { datapoint: null }).hot, B);
  });
});
