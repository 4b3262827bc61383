/** A mail server (RFC 5321, without TLS) that notes what it has taken, and that can be made to fail. */
import { createServer, type Socket } from 'node:net';
import { LineReader } from './line-reader.ts';

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
  /** Ends all connections at once: what was not answered yet is not taken. */
  cut(): void;
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

  const desk: Desk = {
    begins() {
      for (const listener of listeners) listener();
    },
    refuses: () => fault === 'refusing',
    async takes(messageId, recipients, socket) {
      if (fault === 'silent') return false;
      await new Promise((resolve) => setTimeout(resolve, takeMs));
      if (socket.destroyed) return false;
      for (const recipient of recipients) taken.push({ messageId, recipient, atMs: Date.now() });
      return true;
    },
  };

  // A server that was closed may listen again.
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    void talk(socket, desk);
  });

  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', () => {
        server.removeListener('error', reject);
        resolve();
      });
    });

  function cut(): void {
    for (const socket of sockets) socket.destroy();
  }

  async function leave(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    cut();
    await closed;
  }

  await listen(0);
  const { port } = server.address() as { readonly port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken,
    cut,
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

/** Who decides what becomes of a mail. */
interface Desk {
  begins(): void;
  refuses(): boolean;
  /** False: no answer. */
  takes(messageId: string, recipients: readonly string[], socket: Socket): Promise<boolean>;
}

async function talk(socket: Socket, desk: Desk): Promise<void> {
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
        if (desk.refuses()) say('451 4.7.1 Try again later');
        else {
          recipients.push(/<([^>]*)>/.exec(rest)?.[1] ?? '');
          say('250 OK');
        }
        break;
      case 'DATA': {
        desk.begins();
        say('354 Go ahead');
        const messageId = await readMail(lines);
        if (messageId === null || !(await desk.takes(messageId, recipients, socket))) return;
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

const END_OF_MAIL = '\r\n.\r\n';
/** Where the headers are. */
const HEAD = 16_384;

/** Reads to the line with the dot; the Message-ID, or null when the client has gone before. */
async function readMail(lines: LineReader): Promise<string | null> {
  const head = await lines.skipPast(END_OF_MAIL, HEAD);
  return head === null ? null : (/^Message-ID:\s*<([^>]*)>/im.exec(head)?.[1] ?? '');
}
