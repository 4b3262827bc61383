/** Days on which nobody works, as days since 1970. */
let holidays = [];

export function setHolidays(dates) {
  holidays = dates.map((text) => Date.parse(text) / 86_400_000);
}

export function isHoliday(day) {
  for (let i = 0; i < holidays.length; i++) {
    if (holidays[i] === day) return true;
  }
  return false;
}
