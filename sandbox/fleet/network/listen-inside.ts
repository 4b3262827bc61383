/**
 * Run by way-out.ts within the network of an instance: listens on a port of its 127.0.0.1 and hands the socket over. A
 * socket stays in the network where it was made, whoever holds it, so this process is done then.
 *
 *   listen-inside.ts PORT
 */
import { createServer } from 'node:net';

const server = createServer();
server.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  process.send?.('listening', server, {}, () => process.exit());
});
