export class Tyre {
  constructor(position, depths) {
    this.position = position;
    this.depths = depths;
  }

  /** Depth of the tread in millimetres; a single reading says little, gravel sticks in it. */
  get tread() {
    let smooth = this.depths[0];
    for (const depth of this.depths) smooth += (depth - smooth) * 0.08;
    return smooth;
  }

  get isSteering() {
    return this.position < 2;
  }
}
