import { rateOn } from './seasons.js';

const DISCOUNTS = [
  { nights: 14, part: 0.85 },
  { nights: 7, part: 0.92 },
];

export class Quotes {
  constructor(cabins) {
    this.cabins = cabins;
  }

  of(cabin, from, nights) {
    let cents = cabin.cleaning;
    for (let day = from; day < from + nights; day++) cents += rateOn(cabin.seasons, day);
    const discount = DISCOUNTS.find((one) => nights >= one.nights);
    return Math.round(cents * (discount?.part ?? 1));
  }

  all(from, nights) {
    return this.cabins
      .map((cabin) => ({ name: cabin.name, cents: this.of(cabin, from, nights) }))
      .sort((a, b) => a.cents - b.cents);
  }
}
