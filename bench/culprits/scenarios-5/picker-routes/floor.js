/** The floor of a warehouse, in squares: shelves are in the way. */
export class Floor {
  constructor(width, height, isShelf) {
    this.width = width;
    this.height = height;
    this.blocked = Uint8Array.from({ length: width * height }, (_, i) => isShelf(i % width, Math.floor(i / width)));
    this.queue = new Int32Array(width * height);
  }

  /** Steps from a square to every other one; -1 where nobody gets to. */
  stepsFrom(start) {
    const steps = new Int32Array(this.width * this.height).fill(-1);
    const { blocked, queue, width } = this;
    let [head, tail] = [0, 0];
    steps[start] = 0;
    queue[tail++] = start;
    while (head < tail) {
      const at = queue[head++];
      const column = at % width;
      for (let side = 0; side < 4; side++) {
        if ((side === 0 && column === 0) || (side === 1 && column === width - 1)) continue;
        const to = side === 0 ? at - 1 : side === 1 ? at + 1 : side === 2 ? at - width : at + width;
        if (to < 0 || to >= steps.length || blocked[to] === 1 || steps[to] !== -1) continue;
        steps[to] = steps[at] + 1;
        queue[tail++] = to;
      }
    }
    return steps;
  }
}
