import assert from 'node:assert/strict';
import test from 'node:test';
import { whyForeign } from '../../../service/http/triage/same-site.ts';

const OWN = 'https://smokejumper.example.com';
const ask = (headers: Record<string, string>, sends: 'form' | 'json' = 'form', origin: string | null = OWN) =>
  whyForeign({ host: '10.0.0.5:3000', ...headers }, { origin, sends });

test('what a browser says of the site decides', () => {
  assert.equal(ask({ 'sec-fetch-site': 'same-origin' }), null);
  for (const site of ['cross-site', 'same-site', 'none', 'x']) {
    assert.match(ask({ 'sec-fetch-site': site, origin: OWN }) ?? '', /another site/, site);
    assert.match(ask({ 'sec-fetch-site': site }, 'json') ?? '', /another site/, site);
  }
});

test('without it, the form has to come from where it is served, or from PUBLIC_URL', () => {
  for (const headers of [
    { origin: OWN },
    { origin: 'http://10.0.0.5:3000' },
    { origin: 'http://localhost', host: 'localhost:80' },
    { origin: 'https://localhost', host: 'localhost' },
    { origin: 'http://smoke', host: 'SMOKE' },
  ]) {
    assert.equal(ask(headers), null, JSON.stringify(headers));
  }
  for (const origin of [
    'null',
    'http://10.0.0.5:8080',
    'http://10.0.0.6:3000',
    `${OWN}.evil.example`,
    'https://evil',
  ]) {
    assert.match(ask({ origin }) ?? '', /another address/, origin);
    assert.match(ask({ origin }, 'json') ?? '', /another address/, origin);
    assert.match(ask({ origin }, 'form', null) ?? '', /another address/, origin);
  }
});

test('who says nothing is a program with JSON, and no browser with a form', () => {
  assert.equal(ask({}, 'json'), null);
  assert.match(ask({}) ?? '', /does not say from which page/);
});
