import { Transform } from 'node:stream';

const LEAST = { steering: 3, other: 1.6 };

/** From trucks to lines about those that have to come in. */
export class Inspection extends Transform {
  constructor() {
    super({ objectMode: true });
    this.seen = 0;
  }

  _transform(truck, _encoding, done) {
    this.seen++;
    const worn = [];
    for (const tyre of truck.tyres) {
      const tread = tyre.tread;
      const least = tyre.isSteering ? LEAST.steering : LEAST.other;
      if (tread < least) worn.push(`${tyre.position} (${tread.toFixed(1)} mm)`);
    }
    if (worn.length > 0) this.push(`${truck.plate}: ${worn.join(', ')}\n`);
    done();
  }
}
