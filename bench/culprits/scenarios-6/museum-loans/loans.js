'use strict';

class Collection {
  constructor(objects) {
    this.themes = new Map();
    for (const object of objects) {
      if (!this.themes.has(object.theme)) this.themes.set(object.theme, []);
      this.themes.get(object.theme).push(object);
    }
  }

  /** What of each theme can be shown: objects that are at home for the whole of the show. */
  offer(show) {
    const isAtHome = ({ loans }) => {
      for (let i = 0; i < loans.length; i += 2) {
        if (loans[i] <= show.until && loans[i + 1] >= show.from) return false;
      }
      return true;
    };
    const offers = [];
    for (const theme of show.themes) {
      const objects = this.themes.get(theme) ?? [];
      const atHome = objects.filter(isAtHome);
      if (atHome.length > 0) offers.push({ theme, first: atHome[0].title, more: atHome.length - 1 });
    }
    return offers;
  }
}

module.exports = { Collection };
