const days = new Map();

function dayOf(at) {
  if (!days.has(at)) days.set(at, new Date(at * 86_400_000).toISOString().slice(0, 10));
  return days.get(at);
}

export function readLedger(text) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [wallet, at, units, fee, balance, ...words] = line.split(';');
      return { wallet, day: dayOf(Number(at)), units, fee, balance, text: words.join(';').trim() };
    });
}

export function makeLedger(rows, decimals, pick) {
  const units = () => `${1 + pick(9999)}${Array.from({ length: decimals }, () => pick(10)).join('')}`;
  return Array.from(
    { length: rows },
    (_, i) => `w${pick(6)};${19000 + (i >> 2)};${units()};${units()};${units()}; Transfer no. ${pick(9999)}`,
  ).join('\n');
}
