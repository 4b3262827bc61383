import { FareTable } from './fares.js';
import { parseStops } from './stops.js';

export function createApp(tickets) {
  const table = new FareTable(tickets);
  return (body, response) => {
    const stops = parseStops(body);
    const ticket = table.cheapest(stops);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ from: stops[0].name, to: stops.at(-1).name, ticket: ticket?.name ?? 'single' }));
  };
}
