import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostCpuPercent } from '../../service/alarms/cpu-metric.ts';

test('only a datapoint in percent of all CPUs of a host counts as CPU use', () => {
  const of = (name: string, observed: number | null = 93, namespace = 'CWAgent') =>
    hostCpuPercent({ namespace, name }, observed);
  assert.equal(of('CPUUtilization', 93, 'AWS/EC2'), 93);
  assert.equal(of('cpu_usage_active'), 93);
  assert.equal(of('node_cpu_utilization', 93, 'ContainerInsights'), 93);
  assert.equal(of('cpu_usage_idle', 4), 96);
  for (const name of [
    'procstat_cpu_usage',
    'pod_cpu_utilization',
    'cpu_seconds_total',
    'CPUCreditBalance',
    'Latency',
  ]) {
    assert.equal(of(name), null, name);
  }
  assert.equal(of('CPUUtilization', null), null);
  assert.equal(hostCpuPercent(null, 93), null);
});
