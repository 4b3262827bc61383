import { Transform } from 'node:stream';
import { survivorOf } from './merges.js';

/** Lines of visits come in, one object with the visits of each patient goes out. */
export class GroupVisits extends Transform {
  #merges;
  #byPatient = new Map();

  constructor(merges) {
    super({ readableObjectMode: true });
    this.#merges = merges;
  }

  _transform(chunk, _encoding, done) {
    for (const line of chunk.toString().split('\n')) {
      const [patient, day, ward] = line.split(';');
      const id = survivorOf(this.#merges, patient);
      const visits = this.#byPatient.get(id);
      if (visits === undefined) this.#byPatient.set(id, [{ day, ward }]);
      else visits.push({ day, ward });
    }
    done();
  }

  _flush(done) {
    this.push(Object.fromEntries(this.#byPatient));
    done();
  }
}
