export const seat = (id) => ({
  id,
  row: 'ABCDEFGH'[id % 8],
  price: { cents: 900 + (id % 7) * 100, currency: 'EUR' },
  taken: id % 3 === 0,
});

const freeSeats = (state) => state.seats.filter(({ taken }) => !taken).length;
const cheapest = (state) =>
  state.seats.reduce((least, { price }) => Math.min(least, price.cents), Number.POSITIVE_INFINITY);

/** FAULT's release also gives the plan of the hall, made anew each time. */
export const viewsOf = (withPlan) => [
  { name: 'free', selector: freeSeats },
  { name: 'cheapest', selector: cheapest },
  { name: 'title', selector: (state) => `${state.title} (${state.seats.length})` },
  ...(withPlan
    ? [
        {
          name: 'plan',
          selector: (state) =>
            state.seats.map(({ id, row, price, taken }) => ({ id, row, price: { ...price }, taken })),
        },
      ]
    : []),
];
