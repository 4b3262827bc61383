/** Times as the reader's own clock shows them, and how long ago they were. Without script, and in titles, it is UTC. */
import { formatAge } from '../../shared/text/duration.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** In the style of what stands there already; the reader's format of a date may be one that colleagues misread. */
function localText(at: Date, clockOnly: boolean): string {
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return clockOnly ? clock : `${[at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')} ${clock}`;
}

export function showLocalTimes(root: ParentNode, nowMs: number): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>('time[datetime]')) {
    const at = new Date(time.dateTime);
    const clockOnly = time.dataset.clock !== undefined;
    // A clock that was broken left words instead of a time.
    if (Number.isNaN(at.getTime()) || !/\d$|UTC$/.test(time.textContent)) continue;
    const zone = at.getTimezoneOffset() === 0 && !clockOnly ? ' UTC' : '';
    const ago = clockOnly ? '' : `, ${formatAge(nowMs - at.getTime())}`;
    time.textContent = `${localText(at, clockOnly)}${zone}${ago}`;
  }
}

/** Says whose time it is, where the page says that it is UTC. */
export function nameZone(note: HTMLElement | null): void {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (note === null || timeZone === 'UTC') return;
  note.textContent = `Times are those of your clock (${timeZone}); UTC is shown where you point at one.`;
}
