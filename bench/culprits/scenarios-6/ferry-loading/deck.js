'use strict';

const GAP = 0.4;

class Deck {
  #lanes;

  constructor(lanes, metres) {
    this.#lanes = Array.from({ length: lanes }, (_, number) => ({ number, metres, vehicles: [] }));
  }

  #metresLeft(lane) {
    let left = lane.metres;
    for (const vehicle of lane.vehicles) left -= vehicle.metres + GAP;
    return left;
  }

  /** Into the fullest lane that has room still. */
  board(vehicle) {
    let chosen = null;
    let least = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes) {
      const left = this.#metresLeft(lane);
      if (left < vehicle.metres || left >= least) continue;
      chosen = lane;
      least = left;
    }
    chosen?.vehicles.push(vehicle);
    return chosen?.number ?? -1;
  }

  get onBoard() {
    return this.#lanes.reduce((sum, { vehicles }) => sum + vehicles.length, 0);
  }
}

module.exports = { Deck };
