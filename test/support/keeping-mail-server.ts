import { createServer, type Socket } from 'node:net';

export interface KeepingMailServer {
  readonly url: string;
  /** Mails as they were before their dots were doubled for the way (RFC 5321, 4.5.2), oldest first. */
  readonly raw: readonly Uint8Array[];
}

/** A mail server that takes everything and keeps it. */
export async function keepingMailServer(): Promise<KeepingMailServer> {
  const raw: Uint8Array[] = [];
  const server = createServer((socket) => talk(socket, (mail) => raw.push(mail)))
    .listen(0, '127.0.0.1')
    .unref();
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: `smtp://127.0.0.1:${(server.address() as { port: number }).port}`, raw };
}

function talk(socket: Socket, keep: (mail: Uint8Array) => void): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let data: string | null = null;
  socket.unref().on('error', () => undefined);
  socket.setEncoding('latin1').on('data', (text: string) => {
    if (data === null && text.startsWith('DATA')) {
      data = '';
      return say('354 go on');
    }
    if (data === null) return say(text.startsWith('QUIT') ? '221 bye' : '250 well');
    data += text;
    if (!data.endsWith('\r\n.\r\n')) return;
    keep(Buffer.from(data.slice(0, -3).replaceAll(/^\.\./gm, '.'), 'latin1'));
    data = null;
    return say('250 taken');
  });
  say('220 mail.example.com');
}
