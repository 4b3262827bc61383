/** Permille rates by region, oldest first, as the finance team keeps them in its sheet. */
let history = [];

export function loadRates(rows) {
  history = rows.toSorted((a, b) => a.from - b.from);
}

function rateAt(region, day) {
  let permille = 0;
  for (let i = 0; i < history.length; i++) {
    const row = history[i];
    if (row.from > day) break;
    if (row.region === region) permille = row.permille;
  }
  return permille;
}

export function addTax(invoice) {
  const taxed = [];
  let total = 0;
  for (const line of invoice.lines) {
    const net = line.cents * line.count;
    const tax = Math.round((net * rateAt(line.region, invoice.day)) / 1000);
    total += net + tax;
    taxed.push({ ...line, net, tax });
  }
  return { ...invoice, lines: taxed, total };
}
