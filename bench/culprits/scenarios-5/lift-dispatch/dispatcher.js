'use strict';

function createDispatcher({ secondsPerFloor, secondsPerStop }) {
  /** How long somebody waits for a car that first serves the stops it has. */
  const waitFor = (car, floor) => {
    let seconds = 0;
    let at = car.floor;
    for (const stop of car.stops) {
      seconds += Math.abs(stop - at) * secondsPerFloor + secondsPerStop;
      at = stop;
    }
    return seconds + Math.abs(floor - at) * secondsPerFloor;
  };

  function assign(cars, calls) {
    return calls.map((floor) => {
      let best = null;
      let shortest = Infinity;
      for (const car of cars) {
        const wait = waitFor(car, floor);
        if (wait < shortest) {
          best = car;
          shortest = wait;
        }
      }
      return { floor, car: best.name, wait: shortest };
    });
  }

  return { assign };
}

module.exports = { createDispatcher };
