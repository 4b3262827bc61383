/**
 * Which conversation a mail belongs to. All mails of an incident name the same beginning, and those of a group the same
 * one before it. No mail has these two ids, since SES gives each mail a Message-ID of its own: what is answered is the
 * thread, and mail clients gather all that name it.
 */
import type { ReportData } from '../../report/report-data.ts';
import type { IncidentId } from '../../shared/ids.ts';
import { ascii } from '../../shared/text/untrusted.ts';
import type { MailThread } from '../ports.ts';

/** RFC 2606: nobody has mail there. */
export const MAIL_DOMAIN = 'smokejumper.invalid';
const LABEL = 40;

export function mailThread(
  id: IncidentId,
  { group, hotInstance, alarm }: Pick<ReportData, 'group' | 'hotInstance' | 'alarm'>,
  sha256: (bytes: Uint8Array) => string,
): MailThread {
  const topic = group ?? hotInstance ?? alarm.name;
  const label = labelOf(topic, sha256);
  return {
    references: [`group.${label}@${MAIL_DOMAIN}`, `thread.${id}@${MAIL_DOMAIN}`],
    list: { id: `${label}.${MAIL_DOMAIN}`, name: `Smokejumper, ${described(topic)}` },
  };
}

/** A name as a label of a domain; one that had to be changed for that is told from others by a digest. */
function labelOf(name: string, sha256: (bytes: Uint8Array) => string): string {
  const label = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LABEL)
    .replace(/^-+|-+$/g, '');
  if (label === name) return label;
  const digest = sha256(new TextEncoder().encode(name)).slice(0, 10);
  return `${label === '' ? 'x' : label}-${digest}`;
}

function described(name: string): string {
  return ascii(name.slice(0, LABEL)).replace(/["\\<>]/g, '?');
}
