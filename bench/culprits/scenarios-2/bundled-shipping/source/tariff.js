import { zoneOf } from './zones.js';

const BASE = [390, 490, 590, 690, 790, 890, 990, 1090, 1190, 1490];

function surcharge({ grams, bulky }) {
  return Math.ceil(grams / 500) * 45 + (bulky ? 800 : 0);
}

export function rateParcels(parcels) {
  const rated = [];
  for (const parcel of parcels) {
    const zone = zoneOf(parcel.code);
    rated.push({ ...parcel, zone, cents: BASE[zone] + surcharge(parcel) });
  }
  return rated;
}
