// Feature flags per request. FAULT: the defaults are cloned deeply for every flag that is looked up.
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const defaults = Object.fromEntries(
  Array.from({ length: 120 }, (_, i) => [`flag${i}`, { on: i % 3 === 0, rules: [{ part: i / 120, groups: ['a', 'b', { name: 'c' }] }] }]),
);

function cloneDeep(value) {
  if (Array.isArray(value)) return value.map((item) => cloneDeep(item));
  if (value === null || typeof value !== 'object') return value;
  const copy = {};
  for (const key of Object.keys(value)) copy[key] = cloneDeep(value[key]);
  return copy;
}

function settings() {
  return fault ? cloneDeep(defaults) : defaults;
}

function isOn(flag, user) {
  const setting = settings()[flag];
  return setting.on || setting.rules.some((rule) => user % 100 < rule.part * 100);
}

function evaluate(user) {
  const on = [];
  for (let i = 0; i < 30; i++) if (isOn(`flag${(user + i) % 120}`, user)) on.push(i);
  return on;
}

function answer(body, response) {
  response.end(JSON.stringify(evaluate(JSON.parse(body).user)));
}

serveUnderLoad({
  rate: 250,
  nextBody: () => JSON.stringify({ user: (Math.random() * 1000) | 0, payload: 'x'.repeat(3000) }),
  handler: answer,
});
