/** Statements of wallets. Amounts are decimal text in the smallest unit, however many digits that takes. */

function grouped(digits) {
  let text = '';
  for (let i = 0; i < digits.length; i++) {
    if (i > 0 && (digits.length - i) % 3 === 0) text += '\u202f';
    text += digits[i];
  }
  return text;
}

export function renderRows(rows) {
  return rows.reduce((html, row) => {
    const amounts = `<td>${grouped(row.units)}</td><td>${grouped(row.fee)}</td><td>${grouped(row.balance)}</td>`;
    return `${html}<tr><td>${row.day}</td><td>${row.text}</td>${amounts}</tr>`;
  }, '');
}

export function balances(rows) {
  const byWallet = new Map();
  for (const { wallet, units } of rows) byWallet.set(wallet, (byWallet.get(wallet) ?? 0n) + BigInt(units));
  return [...byWallet].sort(([a], [b]) => (a < b ? -1 : 1));
}
