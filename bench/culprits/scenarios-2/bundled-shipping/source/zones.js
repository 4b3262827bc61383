/** Postal codes of zones, as the carrier lists them. */
let ranges = [];

export function loadZones(list) {
  ranges = list;
}

export function zoneOf(code) {
  for (const range of ranges) {
    if (code >= range.from && code <= range.to) return range.zone;
  }
  return 9;
}
