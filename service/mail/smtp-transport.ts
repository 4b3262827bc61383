import { createTransport } from 'nodemailer';

/** How long a mail server may take, in milliseconds. */
export interface SmtpLimits {
  /** The look-up of its name, the TCP connection and the TLS handshake. */
  readonly connectMs: number;
  /** Its first line. */
  readonly greetingMs: number;
  /** Without a byte either way: also after the mail was handed over, when the server looks through it. */
  readonly idleMs: number;
  /** A whole mail, however slowly it moves. */
  readonly sendMs: number;
}

/** nodemailer's own are 2 min, 30 s, 10 min and none. A server that is that slow is asked again later. */
export const SMTP_LIMITS: SmtpLimits = { connectMs: 10_000, greetingMs: 10_000, idleMs: 30_000, sendMs: 60_000 };

/** After our side has closed: as long as that, the server may end its own. */
const CLOSE_MS = 1_000;

export function smtpTransport(url: string, { connectMs, greetingMs, idleMs }: SmtpLimits) {
  return createTransport({
    url,
    connectionTimeout: connectMs,
    dnsTimeout: connectMs,
    greetingTimeout: greetingMs,
    socketTimeout: idleMs,
    socketCloseTimeout: CLOSE_MS,
  });
}
