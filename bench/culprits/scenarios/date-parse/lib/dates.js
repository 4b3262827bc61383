const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TOKENS = {
  YYYY: { pattern: '(\\d{4})', unit: 'year', read: Number },
  MMM: { pattern: '([A-Za-z]{3})', unit: 'month', read: (text) => MONTHS.indexOf(text.toLowerCase()) + 1 },
  MM: { pattern: '(\\d{2})', unit: 'month', read: Number },
  DD: { pattern: '(\\d{2})', unit: 'day', read: Number },
  HH: { pattern: '(\\d{2})', unit: 'hour', read: Number },
  ss: { pattern: '(\\d{2})', unit: 'second', read: Number },
  a: { pattern: '([ap]m)', unit: 'half', read: (text) => (text === 'pm' ? 1 : 0) },
  Z: { pattern: '([+-]\\d{2}:\\d{2})', unit: 'offset', read: (text) => Number(text.slice(0, 3)) * 60 + Number(text[0] + text.slice(4)) },
  mm: { pattern: '(\\d{2})', unit: 'minute', read: Number },
};
const LIMITS = { month: [1, 12], day: [1, 31], hour: [0, 23], minute: [0, 59], second: [0, 59] };

function matchFormat(text, format) {
  const tokens = [];
  let pattern = '^';
  for (let at = 0; at < format.length; ) {
    let found;
    for (const name in TOKENS) {
      if (format.startsWith(name, at) && (found === undefined || name.length > found.length)) found = name;
    }
    if (found === undefined) {
      const character = format[at++];
      pattern += /[.*+?^${}()|[\]\\]/.test(character) ? `\\${character}` : character;
    } else {
      tokens.push(TOKENS[found]);
      pattern += TOKENS[found].pattern;
      at += found.length;
    }
  }
  const match = new RegExp(`${pattern}$`).exec(text);
  if (match === null) return null;
  const parts = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, half: -1, offset: 0 };
  for (let i = 0; i < tokens.length; i++) {
    const { unit, read } = tokens[i];
    const value = read(match[i + 1]);
    const limits = LIMITS[unit];
    if (limits !== undefined && (value < limits[0] || value > limits[1])) return null;
    parts[unit] = value;
  }
  if (parts.half >= 0) {
    if (parts.hour < 1 || parts.hour > 12) return null;
    parts.hour = (parts.hour % 12) + 12 * parts.half;
  }
  if (parts.offset < -720 || parts.offset > 840) return null;
  const date = new Date(Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second));
  if (date.getUTCDate() !== parts.day || date.getUTCMonth() !== parts.month - 1) return null;
  if (parts.offset !== 0) date.setUTCMinutes(date.getUTCMinutes() - parts.offset);
  return date;
}

export function parseDate(text, formats) {
  for (const format of formats) {
    const date = matchFormat(text, format);
    if (date !== null) return date;
  }
  return new Date(Number.NaN);
}
