import { cell } from './cell.js';

export function toCsv(columns, rows) {
  const lines = [columns.map(({ title }) => title).join(',')];
  for (const row of rows) {
    const cells = [];
    for (const { key } of columns) cells.push(cell(row[key]));
    lines.push(cells.join(','));
  }
  return lines.join('\r\n');
}
