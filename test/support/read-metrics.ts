import assert from 'node:assert/strict';

/** Series → value. Throws where the text is not Prometheus' format 0.0.4, read as strictly as its own parser does. */
export function readMetrics(text: string): Map<string, number> {
  assert.ok(text.endsWith('\n'));
  const types = new Map<string, string>();
  const series = new Map<string, number>();
  let family = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    if (comment) {
      const [, kind, name = '', words = ''] = comment;
      if (kind === 'HELP') {
        assert.ok(!types.has(name), `${name} is described twice`);
        family = name;
      } else {
        assert.equal(name, family, 'TYPE follows HELP');
        assert.match(words, /^(counter|gauge|histogram)$/);
        types.set(name, words);
      }
      continue;
    }
    const sample =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)((?:\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)+\})?) (\S+)$/.exec(line);
    assert.ok(sample, `not a sample: ${line}`);
    const [, name = '', labels = '', value = ''] = sample;
    const base = types.get(family) === 'histogram' ? name.replace(/_(?:bucket|sum|count)$/, '') : name;
    assert.equal(base, family, 'samples stand under their family');
    assert.ok(types.get(family) !== 'counter' || family.endsWith('_total'), `${family} is a counter`);
    assert.ok(!series.has(name + labels), `${name}${labels} twice`);
    assert.ok(Number.isFinite(Number(value)), value);
    series.set(name + labels, Number(value));
  }
  return series;
}
