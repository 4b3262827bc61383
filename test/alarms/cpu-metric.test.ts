import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alarmCpuPercent, cpuDirection, whyNotWork } from '../../service/alarms/cpu-metric.ts';

test('only a datapoint in percent of all CPUs of a host counts as CPU use', () => {
  const of = (name: string, observed: number | null = 93, namespace = 'CWAgent') =>
    alarmCpuPercent({ metric: { namespace, name }, observed });
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
  assert.equal(alarmCpuPercent({ metric: null, observed: 93 }), null);
});

test('the reading of an expression goes before the name of a metric, in incidents that have it', () => {
  const metric = { namespace: 'CWAgent', name: 'cpu_usage_idle' };
  assert.equal(alarmCpuPercent({ metric, observed: 95, cpuPercent: 95 }), 95);
  assert.equal(alarmCpuPercent({ metric, observed: 95, cpuPercent: null }), null);
});

test('a metric is higher or lower when the CPU is busier, or says nothing of that', () => {
  const of = (name: string) => cpuDirection({ namespace: 'any', name });
  for (const name of ['CPUUtilization', 'cpu_usage_user', 'cpu_usage_softirq', 'node_cpu_utilization', 'AppCpu']) {
    assert.equal(of(name), 1, name);
  }
  assert.equal(of('cpu_usage_idle'), -1);
  for (const name of ['NetworkOut', 'node_cpu_limit', 'pod_cpu_request', 'node_cpu_reserved_capacity']) {
    assert.equal(of(name), 0, name);
  }
});

test('metrics that are about CPUs but not about our work say what they are', () => {
  const of = (name: string) => whyNotWork({ namespace: 'any', name });
  assert.match(of('cpu_usage_iowait') ?? '', /wait for disks/);
  assert.match(of('cpu_usage_steal') ?? '', /hypervisor/);
  assert.match(of('cpu_usage_guest_nice') ?? '', /virtual machines/);
  assert.match(of('CPUSurplusCreditBalance') ?? '', /how much CPU may still be used/);
  assert.equal(of('cpu_usage_user'), null);
  assert.equal(of('NetworkOut'), null);
});
