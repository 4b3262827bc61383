/** Whether a star lies in a round field of the sky. */
export const isInField = (star, field) =>
  Math.sin(star.declination) * Math.sin(field.declination) +
    Math.cos(star.declination) * Math.cos(field.declination) * Math.cos(star.ascension - field.ascension) >
  Math.cos(field.radius);
