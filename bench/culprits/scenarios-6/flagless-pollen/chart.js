class Stations {
  #list;

  constructor(list) {
    this.#list = list;
  }

  /** Near stations count for more. */
  #countAt(x, y) {
    let [sum, weights] = [0, 0];
    for (const station of this.#list) {
      const weight = 1 / (1 + (station.x - x) ** 2 + (station.y - y) ** 2);
      sum += weight * station.grains;
      weights += weight;
    }
    return sum / weights;
  }

  /** A sign for each cell, from few to many grains. */
  chart(left, top, columns, rows) {
    const lines = [];
    for (let row = 0; row < rows; row++) {
      let line = '';
      for (let column = 0; column < columns; column++) {
        const grains = this.#countAt(left + column, top + row);
        line += grains < 45 ? '.' : grains < 50 ? 'o' : '#';
      }
      lines.push(line);
    }
    return lines;
  }
}

export const createStations = (list) => new Stations(list);
