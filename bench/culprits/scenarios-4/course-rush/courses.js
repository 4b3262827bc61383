'use strict';

const bySeats = (a, b) => b.seats - a.seats || a.title.localeCompare(b.title);

function search(courses, words) {
  const wanted = words.toLowerCase().split(' ');
  return courses.filter(({ text }) => wanted.every((word) => text.includes(word))).sort(bySeats);
}

function page(courses, number) {
  return courses.slice(number * 10, number * 10 + 10).map(({ title, seats, starts }) => ({
    title,
    seats,
    starts: new Date(starts).toUTCString(),
  }));
}

module.exports = { page, search };
