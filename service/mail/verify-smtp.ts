import { createTransport } from 'nodemailer';
import { AppError } from '../shared/errors.ts';

/**
 * Connects to the mail server and logs in, without sending anything. Throws `SMTP_UNUSABLE`; the password is never
 * quoted.
 */
export async function verifySmtp(url: string): Promise<void> {
  const transport = createTransport(url);
  try {
    await transport.verify();
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
