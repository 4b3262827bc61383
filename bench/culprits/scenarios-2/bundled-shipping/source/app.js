import { printSheet } from './labels.js';
import { rateParcels } from './tariff.js';
import { loadZones } from './zones.js';

export function createApp(zones) {
  loadZones(zones);
  return (body, response) => {
    const rated = rateParcels(JSON.parse(body));
    response.setHeader('x-total', String(rated.reduce((sum, { cents }) => sum + cents, 0)));
    response.end(printSheet(rated));
  };
}
