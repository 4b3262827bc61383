import type { ServerResponse } from 'node:http';
import { Roster } from './roster.js';
import type { Shift } from './shift.js';

interface Wish {
  readonly person: string;
  readonly from: string;
  readonly hours: number;
}

const HOUR = 3_600_000;

function toShift({ person, from, hours }: Wish): Shift {
  const start = new Date(from);
  return { person, from: start, to: new Date(start.getTime() + hours * HOUR) };
}

export function answer(body: string, response: ServerResponse): void {
  const { wards, days } = JSON.parse(body) as { wards: Wish[][]; days: number };
  const plans = wards.map((wishes) => {
    const roster = new Roster(days);
    const refused = wishes.map(toShift).filter((shift) => !roster.add(shift));
    return { load: roster.load, refused: refused.map(({ person, from }) => `${person} ${from.toISOString()}`) };
  });
  response.end(JSON.stringify(plans));
}
