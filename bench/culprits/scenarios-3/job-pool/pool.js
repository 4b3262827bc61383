'use strict';

const { EventEmitter } = require('node:events');

const MOST_TRIES = 3;

function mayRun(job, now) {
  return job.notBefore <= now && job.tries < MOST_TRIES && job.state === 'waiting';
}

/** Runs jobs, four at a time; those that fail are tried again. Jobs that are done are kept for a while. */
class Pool extends EventEmitter {
  #jobs = [];
  #running = 0;
  #kept;

  constructor(kept) {
    super();
    this.#kept = kept;
  }

  run(name, task) {
    const { promise, resolve } = Promise.withResolvers();
    this.#jobs.push({ name, task, state: 'waiting', tries: 0, notBefore: 0, resolve });
    this.#fill();
    return promise;
  }

  #first(now) {
    for (const job of this.#jobs) {
      if (mayRun(job, now)) return job;
    }
    return null;
  }

  #fill() {
    while (this.#running < 4) {
      const job = this.#first(performance.now());
      if (job === null) return;
      void this.#start(job);
    }
  }

  async #start(job) {
    this.#running++;
    job.state = 'running';
    try {
      job.resolve(await job.task(job.tries++));
      job.state = 'done';
    } catch (error) {
      job.state = job.tries < MOST_TRIES ? 'waiting' : 'done';
      if (job.state === 'done') job.resolve(error.message);
    }
    this.#running--;
    if (this.#jobs.length > 2 * this.#kept + 50) this.#forget();
    this.emit('settled', job.name, job.state);
    this.#fill();
  }

  #forget() {
    const open = this.#jobs.filter(({ state }) => state !== 'done');
    const done = this.#jobs.filter(({ state }) => state === 'done');
    this.#jobs = [...done.slice(-this.#kept), ...open];
  }
}

module.exports = { Pool };
