// source/labels.js
import { createHash } from "node:crypto";
function label({ code, name, zone, cents }) {
  const barcode = createHash("md5").update(`${code}${name}`).digest("hex").slice(0, 14).toUpperCase();
  return [
    `Zone ${zone}`,
    name.trim().replace(/\s+/g, " "),
    String(code).padStart(5, "0"),
    barcode,
    `${(cents / 100).toFixed(2)} \u20AC`
  ];
}
function printSheet(rated) {
  return rated.map((parcel) => label(parcel).join(" | ")).join("\n");
}

// source/zones.js
var ranges = [];
function loadZones(list) {
  ranges = list;
}
function zoneOf(code) {
  for (const range of ranges) {
    if (code >= range.from && code <= range.to) return range.zone;
  }
  return 9;
}

// source/tariff.js
var BASE = [390, 490, 590, 690, 790, 890, 990, 1090, 1190, 1490];
function surcharge({ grams, bulky }) {
  return Math.ceil(grams / 500) * 45 + (bulky ? 800 : 0);
}
function rateParcels(parcels) {
  const rated = [];
  for (const parcel of parcels) {
    const zone = zoneOf(parcel.code);
    rated.push({ ...parcel, zone, cents: BASE[zone] + surcharge(parcel) });
  }
  return rated;
}

// source/app.js
function createApp(zones) {
  loadZones(zones);
  return (body, response) => {
    const rated = rateParcels(JSON.parse(body));
    response.setHeader("x-total", String(rated.reduce((sum, { cents }) => sum + cents, 0)));
    response.end(printSheet(rated));
  };
}
export {
  createApp
};
//# sourceMappingURL=main.4f3a2b.js.map
