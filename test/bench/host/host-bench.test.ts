import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CpuSeries } from '../../../bench/host/cpu-series.ts';
import { stageOf } from '../../../bench/host/stage-names.ts';
import { estimate, median } from '../../../bench/host/statistics.ts';

describe('CPU time seen at some moments', () => {
  const series = new CpuSeries();
  series.add(1000, 0.5);
  series.add(2000, 1.5);
  series.add(3000, 1.5);

  it('is taken to be used evenly between two looks', () => {
    assert.equal(series.at(1500), 1);
    assert.equal(series.between(1750, 2500), 0.25);
  });

  it('is none before the first look, and stays what it was after the last', () => {
    assert.equal(series.at(999), 0);
    assert.equal(series.at(1000), 0.5);
    assert.equal(series.at(9000), 1.5);
    assert.equal(new CpuSeries().at(1), 0);
  });
});

describe('a stage', () => {
  it('is named for what the process does', () => {
    const stage = (line: string) => stageOf(line.split(' '));
    assert.equal(stage('/usr/bin/perf record -a'), 'perf record');
    assert.equal(stage('perf script -f -i x -F comm --show-lost-events'), 'perf script, events');
    assert.equal(stage('perf script -f -i x --pid 1'), 'perf script, stacks');
    assert.equal(stage('/usr/bin/perl -w /opt/flamegraph.pl x'), 'flamegraph.pl');
    assert.equal(stage('mawk -v procs=/x -v census=/y'), 'awk (procs)');
    assert.equal(stage('/proc/self/fd/9 -e 1'), "the program's own node");
    assert.equal(stage(''), '');
  });
});

describe('an estimate', () => {
  it('has the interval of Student’s t', () => {
    // t at 97.5 % and 4 degrees of freedom is 2.776; the deviation is √2.5.
    const { mean, halfWidth } = estimate([1, 2, 3, 4, 5]);
    assert.equal(mean, 3);
    assert.ok(Math.abs(halfWidth - (2.776 * Math.sqrt(2.5)) / Math.sqrt(5)) < 0.02, String(halfWidth));
  });

  it('of a single value has no interval', () => {
    assert.ok(Number.isNaN(estimate([1]).halfWidth));
  });

  it('of an even number of values has its median in the middle', () => {
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.ok(Number.isNaN(median([])));
  });
});
