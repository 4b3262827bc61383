'use strict';

function tooSoon(song, played, gap) {
  return played.artist === song.artist && song.at - played.at < gap;
}

module.exports = class Rotation {
  constructor({ gap, remember }) {
    this.gap = gap;
    this.remember = remember;
    this.history = [];
  }

  allowed(song) {
    for (let i = this.history.length - 1; i >= 0; i--) {
      if (tooSoon(song, this.history[i], this.gap)) return false;
    }
    return true;
  }

  next(wishes, now) {
    const choice = wishes.find((song) => this.allowed({ ...song, at: now }));
    if (choice === undefined) return null;
    this.history.push({ ...choice, at: now });
    if (this.history.length > this.remember) this.history.splice(0, this.history.length - this.remember);
    return choice;
  }
};
