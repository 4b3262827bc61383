/** Making a formatter is dear, so they are kept by what they are for. */
const formatters = new Map();

function formatterFor(locale, options) {
  const key = { locale, ...options };
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
    if (formatters.size < 500) formatters.set(key, formatter);
  }
  return formatter;
}

export function formatDay(locale, at, options) {
  return options.style === 'iso'
    ? new Date(at).toISOString().slice(0, 10)
    : formatterFor(locale, options.parts).format(at);
}
