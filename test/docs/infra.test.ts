/** What is given to other programs names metrics that exist. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const METRIC = /\b(?:smokejumper|process)_[a-z_]+/g;
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
/** docs/operations.md lists every metric, and no other. */
const KNOWN = new Set(read('docs/operations.md').match(METRIC));

function unknownIn(expression: string): string[] {
  const names = expression.match(METRIC) ?? [];
  return names.map((name) => name.replace(/_bucket$/, '')).filter((name) => !KNOWN.has(name));
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary?: string; readonly action?: string };
}

test('each alert rule asks for metrics that exist, and says what is wrong and what to do', () => {
  const { groups } = parse(read('infra/prometheus-rules.yaml')) as { groups: { rules: Rule[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  assert.ok(rules.length > 5);
  for (const { alert, expr, annotations } of rules) {
    assert.deepEqual(unknownIn(expr), [], alert);
    assert.match(expr, METRIC);
    assert.match(annotations.summary ?? '', /\.$/, alert);
    assert.match(annotations.action ?? '', /\.$/, alert);
  }
});

interface Panel {
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number };
  readonly targets: readonly { readonly expr: string }[];
}

test('each panel of the dashboard has its own place, and shows metrics that exist', () => {
  const { panels } = JSON.parse(read('infra/grafana-dashboard.json')) as { panels: Panel[] };
  const places = panels.map(({ gridPos: { x, y } }) => `${x} ${y}`);
  assert.equal(new Set(places).size, panels.length);
  for (const { title, targets } of panels) {
    assert.ok(targets.length > 0, title);
    for (const { expr } of targets) {
      assert.deepEqual(unknownIn(expr), [], title);
      assert.match(expr, METRIC);
    }
  }
});
