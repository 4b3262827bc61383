'use strict';

const { crosses } = require('./edge.js');

class Zone {
  constructor(name, corners) {
    this.name = name;
    this.corners = corners;
  }

  holds(point) {
    const { corners } = this;
    let inside = false;
    for (let i = 0, last = corners.length - 1; i < corners.length; last = i++) {
      if (crosses(point, corners[last], corners[i])) inside = !inside;
    }
    return inside;
  }
}

module.exports = { Zone };
