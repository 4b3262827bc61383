/** Other programs of a host, in words. */
import { formatCores } from '../shared/text/number.ts';
import type { ProgramUse } from './differential.ts';

/** Units that say only that somebody was logged in. */
const NO_UNIT = /^(?:session-\w+|init|user@?\w*)\.\w+$/;

/** `gzip ×212, started by log-rotate.sh (cron.service)`. */
export function programWords({ name, processes, startedBy, container, unit }: ProgramUse): string {
  const service = unit === null || NO_UNIT.test(unit) ? null : unit;
  const place = container === null ? service : `container ${container}`;
  const [parent, ...further] = startedBy;
  // The first that is no more than a way to start others tells most.
  const origin = place ?? further.find((one) => one !== 'systemd') ?? null;
  const many = processes > 1 ? ` ×${processes}` : '';
  const where = origin === null ? '' : ` (${origin})`;
  return parent === undefined || parent === 'systemd'
    ? `${name}${many}${where}`
    : `${name}${many}, started by ${parent}${where}`;
}

/** The same before `uses`: `gzip ×212, started by log-rotate.sh (cron.service),`. */
export function programSubject(use: ProgramUse): string {
  const words = programWords(use);
  return words.includes(', started by ') ? `${words},` : words;
}

/** `none on the peer`, `0.10 on the peer`; `isBaseline`: `0.10 in the baseline`. */
export function onPeer({ healthyCores }: ProgramUse, isBaseline: boolean): string {
  const there = isBaseline ? 'in the baseline' : 'on the peer';
  return `${healthyCores < 0.005 ? 'none' : formatCores(healthyCores)} ${there}`;
}
