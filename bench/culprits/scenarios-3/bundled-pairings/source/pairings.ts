import { haveMet, type Player } from './player.ts';

/** Players with about as many points play each other, but never twice. */
export function pair(players: readonly Player[]): [Player, Player | null][] {
  const open = players.toSorted((a, b) => b.points - a.points);
  const pairs: [Player, Player | null][] = [];
  while (open.length > 0) {
    const first = open.shift() as Player;
    const at = open.findIndex((other) => !haveMet(first, other));
    pairs.push([first, at < 0 ? null : (open.splice(at, 1)[0] ?? null)]);
  }
  return pairs;
}
