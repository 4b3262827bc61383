const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TOKENS = { YYYY: '(\\d{4})', MM: '(\\d{2})', DD: '(\\d{2})', MMM: '([A-Za-z]{3})', HH: '(\\d{2})', mm: '(\\d{2})' };

function matchFormat(text, format) {
  const names = [];
  const pattern = format.replace(/YYYY|MMM|MM|DD|HH|mm/g, (token) => {
    names.push(token);
    return TOKENS[token];
  });
  const match = new RegExp(`^${pattern}$`).exec(text);
  if (match === null) return null;
  const parts = {};
  names.forEach((name, i) => {
    parts[name] = name === 'MMM' ? MONTHS.indexOf(match[i + 1].toLowerCase()) + 1 : Number(match[i + 1]);
  });
  return new Date(Date.UTC(parts.YYYY, (parts.MM ?? parts.MMM) - 1, parts.DD, parts.HH ?? 0, parts.mm ?? 0));
}

export function parseDate(text, formats) {
  for (const format of formats) {
    const date = matchFormat(text, format);
    if (date !== null) return date;
  }
  return new Date(Number.NaN);
}
