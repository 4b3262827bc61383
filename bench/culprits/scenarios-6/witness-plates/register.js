'use strict';

const { looksLike } = require('./plate.js');

class Register {
  #all;
  #byLook = new Map();

  constructor(cars, { index }) {
    this.#all = cars;
    if (!index) return;
    for (const car of cars) {
      const look = `${car.make}/${car.colour}`;
      const same = this.#byLook.get(look);
      if (same === undefined) this.#byLook.set(look, [car]);
      else same.push(car);
    }
  }

  search({ make, colour, seen }) {
    const found = [];
    const cars = this.#byLook.get(`${make}/${colour}`) ?? this.#all;
    for (let i = 0; i < cars.length && found.length < 20; i++) {
      const car = cars[i];
      if (looksLike(car.plate, seen) && car.make === make && car.colour === colour) found.push(car);
    }
    return found;
  }
}

module.exports = { Register };
