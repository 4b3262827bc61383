import type { ServerResponse } from 'node:http';
import { pair } from './pairings.ts';
import type { Player } from './player.ts';

const initials = (name: string): string => name.replace(/\B\w+\s*/g, '').toUpperCase();
const board = ([a, b]: [Player, Player | null]): string => `${initials(a.name)}:${b ? initials(b.name) : 'free'}`;

export function createApp(groups: readonly Player[][]): (body: string, response: ServerResponse) => void {
  return (body, response) => {
    const wanted = JSON.parse(body) as number[];
    const boards = wanted.map((group) => pair(groups[group] ?? []).map(board));
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    response.end(boards.map((lines) => lines.join('\n')).join('\n\n'));
  };
}
