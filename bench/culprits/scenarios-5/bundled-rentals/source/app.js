import { Quotes } from './quote.js';
import { minimumStay } from './seasons.js';

export function createApp(cabins) {
  const quotes = new Quotes(cabins);
  const least = Math.min(...cabins.map(({ seasons }) => minimumStay(seasons)));
  return (body, response) => {
    const { from, nights } = JSON.parse(body);
    if (nights < least) {
      response.statusCode = 422;
      response.end(`Stay for ${least} nights at least.`);
      return;
    }
    const found = quotes.all(from, nights).slice(0, 10);
    response.end(found.map(({ name, cents }) => `${name}: ${(cents / 100).toFixed(2)}`).join('\n'));
  };
}
