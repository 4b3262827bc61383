import { needsQuotes } from './quoting.js';

export function cell(value) {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : String(value);
  return needsQuotes(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
