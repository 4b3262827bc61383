/** What a night costs: seasons may lie within longer ones, the first that fits counts. */
export function rateOn(seasons, day) {
  for (const season of seasons) {
    if (day >= season.from && day <= season.until) return season.cents;
  }
  return 0;
}

export const minimumStay = (seasons) => Math.max(...seasons.map(({ nights }) => nights ?? 1));
