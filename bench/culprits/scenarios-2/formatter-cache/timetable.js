import { formatDay } from './format.js';

export function delays(trains) {
  const late = trains.filter(({ planned, actual }) => actual > planned);
  const minutes = late.map(({ planned, actual }) => (actual - planned) / 60000).sort((a, b) => a - b);
  return { late: late.length, median: minutes[minutes.length >> 1] ?? 0, worst: minutes.at(-1) ?? 0 };
}

export function render(trains, { locale, options }) {
  const rows = trains.map(({ line, to, planned, platform }, i) => {
    // A new day has a heading of its own.
    const heading = i % 18 === 0 ? `<tr><th>${formatDay(locale, planned, options)}</th></tr>` : '';
    return `${heading}<tr><td>${line}</td><td>${to.replaceAll('&', '&amp;')}</td><td>${platform.padStart(3)}</td></tr>`;
  });
  return `<table>${rows.join('\n')}</table>`;
}
