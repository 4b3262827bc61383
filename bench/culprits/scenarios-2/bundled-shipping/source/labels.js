import { createHash } from 'node:crypto';

function label({ code, name, zone, cents }) {
  const barcode = createHash('md5').update(`${code}${name}`).digest('hex').slice(0, 14).toUpperCase();
  return [
    `Zone ${zone}`,
    name.trim().replace(/\s+/g, ' '),
    String(code).padStart(5, '0'),
    barcode,
    `${(cents / 100).toFixed(2)} €`,
  ];
}

export function printSheet(rated) {
  return rated.map((parcel) => label(parcel).join(' | ')).join('\n');
}
