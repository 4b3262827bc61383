import type { StoredMail } from '../../../sandbox/aws/events.ts';

const ALL_CLEAR = /^Message-ID: <[^>]*\.all-clear@/im;

/** Mails with a report. A fleet that burns no more has the alarm OK again, and then there is another mail. */
export function reportMails(mailbox: readonly StoredMail[]): readonly StoredMail[] {
  return mailbox.filter(({ raw }) => !ALL_CLEAR.test(raw.toString('latin1')));
}
