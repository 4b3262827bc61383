import { isHoliday } from './calendar.js';

const SUNDAY = 3;

/** The day on which work of so many shifts is done. */
function dueDay(start, shifts) {
  let day = start;
  for (let left = shifts; left > 0; day++) {
    if (day % 7 !== SUNDAY && !isHoliday(day)) left--;
  }
  return day;
}

export function plan(jobs) {
  const planned = jobs.map((job) => ({ ...job, due: dueDay(job.start, job.shifts) }));
  return planned.sort((a, b) => a.due - b.due || a.id - b.id);
}
