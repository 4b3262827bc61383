import { within } from '../shared/deadline.ts';
import { AppError } from '../shared/errors.ts';
import { SMTP_LIMITS, smtpTransport } from './smtp-transport.ts';

/**
 * Connects to the mail server and logs in, without sending anything. Throws `SMTP_UNUSABLE`; the password is never
 * quoted.
 */
export async function verifySmtp(url: string, limits = SMTP_LIMITS): Promise<void> {
  const transport = smtpTransport(url, limits);
  try {
    await within(limits.sendMs, undefined, () => transport.verify());
  } catch (cause) {
    throw new AppError(
      'SMTP_UNUSABLE',
      `${new URL(url).host} does not accept mail from us: ${(cause as Error).message}`,
      {
        cause,
        hint: 'Check SMTP_URL.',
      },
    );
  } finally {
    transport.close();
  }
}
