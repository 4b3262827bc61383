const FIELDS = ['order', 'customer', 'city', 'status'];

function readForm(line) {
  const form = new URLSearchParams(line);
  const event = { at: Number(form.get('at')) };
  for (const field of FIELDS) event[field] = form.get(field) ?? '';
  return event;
}

export function readEvents(body) {
  return body.split('\n').map(readForm);
}

export function digest(events) {
  const cities = Object.groupBy(events, ({ city }) => city);
  return Object.entries(cities).map(
    ([city, all]) =>
      `${city}: ${all
        .map(({ order }) => order)
        .sort()
        .join(' ')}`,
  );
}
