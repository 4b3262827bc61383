/** A mail server (RFC 5321, without TLS) that notes what it has taken, and that can be made to fail. */
import { createServer, type Socket } from 'node:net';

/** `silent`: never an answer after the mail; `refusing`: "try again later"; `gone`: nobody listens. */
export type MailFault = 'silent' | 'refusing' | 'gone';
export const MAIL_FAULTS: readonly MailFault[] = ['silent', 'refusing', 'gone'];

export interface TakenMail {
  readonly messageId: string;
  readonly recipient: string;
  readonly atMs: number;
}

export interface MailServer {
  readonly url: string;
  /** Those that were answered with 250, the oldest first. */
  readonly taken: readonly TakenMail[];
  fail(fault: MailFault): Promise<void>;
  heal(): Promise<void>;
  /** Called when a client says DATA. Gives back a function that ends the listening. */
  onData(listener: () => void): () => void;
  close(): Promise<void>;
}

/** `takeMs`: how long it looks through a mail before it takes it. */
export async function startMailServer({ takeMs = 0 }: { readonly takeMs?: number } = {}): Promise<MailServer> {
  const taken: TakenMail[] = [];
  const listeners = new Set<() => void>();
  const sockets = new Set<Socket>();
  let fault: MailFault | null = null;

  async function talk(socket: Socket): Promise<void> {
    let recipients: string[] = [];
    const say = (line: string) => void socket.write(`${line}\r\n`);
    const lines = new LineReader(socket);
    say('220 mail.example.com ESMTP');
    for (let line = await lines.next(); line !== null; line = await lines.next()) {
      const [verb = '', rest = ''] = line.split(/ (.*)/s);
      switch (verb.toUpperCase()) {
        case 'EHLO':
        case 'HELO':
        case 'NOOP':
          say('250 mail.example.com');
          break;
        case 'MAIL':
        case 'RSET':
          recipients = [];
          say('250 OK');
          break;
        case 'RCPT':
          if (fault === 'refusing') say('451 4.7.1 Try again later');
          else {
            recipients.push(/<([^>]*)>/.exec(rest)?.[1] ?? '');
            say('250 OK');
          }
          break;
        case 'DATA': {
          for (const listener of listeners) listener();
          say('354 Go ahead');
          const messageId = await readMail(lines);
          if (messageId === null || fault === 'silent') return;
          await new Promise((resolve) => setTimeout(resolve, takeMs));
          if (socket.destroyed) return;
          for (const recipient of recipients) taken.push({ messageId, recipient, atMs: Date.now() });
          say('250 OK');
          break;
        }
        case 'QUIT':
          say('221 Bye');
          socket.end();
          return;
        default:
          say('502 Not implemented');
      }
    }
  }

  // A server that was closed may listen again.
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    void talk(socket);
  });

  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', () => {
        server.removeListener('error', reject);
        resolve();
      });
    });

  async function leave(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  await listen(0);
  const { port } = server.address() as { readonly port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken,
    async fail(next) {
      if (next === 'gone' && fault !== 'gone') await leave();
      if (next !== 'gone' && fault === 'gone') await listen(port);
      fault = next;
    },
    async heal() {
      if (fault === 'gone') await listen(port);
      fault = null;
    },
    onData(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      if (fault !== 'gone') await leave();
    },
  };
}

/** Reads to the line with the dot; the Message-ID, or null when the client has gone before. */
async function readMail(lines: LineReader): Promise<string | null> {
  let messageId = '';
  for (let line = await lines.next(); line !== null; line = await lines.next()) {
    if (line === '.') return messageId;
    if (messageId === '') messageId = /^Message-ID:\s*<([^>]*)>/i.exec(line)?.[1] ?? '';
  }
  return null;
}

class LineReader {
  private readonly parts: AsyncIterator<string>;
  private readonly lines: string[] = [];
  private rest = '';

  constructor(socket: Socket) {
    this.parts = socket.setEncoding('latin1')[Symbol.asyncIterator]() as AsyncIterator<string>;
  }

  /** Null when there is no more. */
  async next(): Promise<string | null> {
    while (this.lines.length === 0) {
      const part = await this.parts.next().catch(() => ({ done: true, value: '' }));
      if (part.done === true) return null;
      const lines = (this.rest + part.value).split('\r\n');
      this.rest = lines.pop() ?? '';
      this.lines.push(...lines);
    }
    return this.lines.shift() ?? null;
  }
}
