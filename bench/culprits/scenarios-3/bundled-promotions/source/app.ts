import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { readBasket } from './basket.ts';
import { type Promotion, Promotions } from './promotions.ts';

export function createApp(list: readonly Promotion[]): (body: string, response: ServerResponse) => void {
  const promotions = new Promotions(list);
  return (body, response) => {
    const items = readBasket(body);
    const offer = promotions.price(items);
    response.setHeader('etag', createHash('sha256').update(body).digest('hex').slice(0, 16));
    response.end(JSON.stringify({ ...offer, skus: items.map(({ sku }) => sku).sort() }));
  };
}
