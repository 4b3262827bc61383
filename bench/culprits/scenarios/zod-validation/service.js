// An API checks its input. FAULT: a large union is tried member by member for each item.
import { z } from 'zod';
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const kinds = Array.from({ length: 40 }, (_, i) => z.object({ kind: z.literal(`k${i}`), value: z.number().min(i), note: z.string().max(50) }));
const Item = fault ? z.union(kinds) : z.discriminatedUnion('kind', kinds);
const Order = z.object({ items: z.array(Item) });

function validateOrder(order) {
  return Order.safeParse(order).success;
}

function total(order) {
  let sum = 0;
  for (let i = 0; i < 600; i++) for (const item of order.items) sum = (sum + item.value * i) % 1e7;
  return sum;
}

const order = { items: Array.from({ length: 150 }, (_, i) => ({ kind: `k${10 + (i % 30)}`, value: 50, note: 'fine' })) };

function answer(body, response) {
  const input = JSON.parse(body);
  response.end(`${validateOrder(input)} ${total(input)}`);
}

serveUnderLoad({
  rate: 150,
  nextBody: () => JSON.stringify(order),
  handler: answer,
});
