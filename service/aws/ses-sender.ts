import type { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { AppError } from '../shared/errors.ts';
import { callAws } from './call.ts';
import { awsErrorName } from './errors.ts';
import { faultOf, INSIDE_RETRIES, onlyOnce, originalOf } from './fault.ts';

/** A mail is some MB, and what was sent but not confirmed in time comes twice: longer than other calls. */
export const MAIL_CALL_MS = 30_000;

/** SES as nodemailer's transport asks for it, for one mail. */
export interface SesClient {
  send(command: SendEmailCommand): Promise<unknown>;
  readonly config: SESv2Client['config'];
}

/** SES, with a deadline, the words of our errors, and no second try of what may have been sent. */
export function sesSender(ses: SESv2Client, ms = MAIL_CALL_MS): (signal: AbortSignal | undefined) => SesClient {
  return (signal) => ({
    config: ses.config,
    send(command) {
      command.middlewareStack.add(onlyOnce, INSIDE_RETRIES);
      const doing = `Sending the mail to ${command.input.Destination?.ToAddresses?.join(', ')}`;
      const meaning = (cause: unknown) => refusal(doing, cause);
      return callAws({ code: 'MAIL_FAILED', doing, api: 'SendEmail', meaning, ms, signal }, (sending) =>
        ses.send(command, sending),
      );
    },
  });
}

/** A refusal by SES is worth another try, too: senders and quotas are put in order while an incident is open. */
function refusal(doing: string, cause: unknown): AppError | undefined {
  if (faultOf(cause) !== 'other') return undefined;
  const message = `${doing} failed: ${awsErrorName(cause)} (${(originalOf(cause) as Error).message}).`;
  return new AppError('MAIL_FAILED', message, {
    cause,
    retry: 'later',
    hint: 'Check MAIL_FROM and MAIL_TO, that SES has verified the sender, and that the account is out of its sandbox.',
  });
}
