import { liking } from './guests.js';

/** How well somebody fits in with those who sit at a table. */
export const moodWith = (seated, guest) => seated.reduce((mood, other) => mood + liking(guest, other), 0);
