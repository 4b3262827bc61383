/** Sortable tables. Without script the rows stand in the order of the report. */

/** Headers with `data-sort` become buttons; the first click sorts from the largest down. */
export function makeSortable(table: HTMLTableElement): void {
  const headers = [...(table.tHead?.rows[0]?.cells ?? [])];
  const body = table.tBodies[0];
  if (body === undefined || body.rows.length < 2) return;
  for (const [column, header] of headers.entries()) {
    if (header.dataset.sort === undefined) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = header.textContent;
    header.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = header.getAttribute('aria-sort') !== 'descending';
      for (const other of headers) other.removeAttribute('aria-sort');
      header.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const value = (row: HTMLTableRowElement): number => Number(row.cells[column]?.dataset.value);
      body.append(...[...body.rows].sort((a, b) => (down ? value(b) - value(a) : value(a) - value(b))));
    });
  }
}
