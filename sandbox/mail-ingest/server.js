/**
 * Mail ingest: takes mails over HTTP, makes them searchable and keeps the latest ones, compressed, in memory.
 * A primary and two workers share the Unix socket SOCKET, as behind a proxy on the same host. Prints `listening` once
 * every worker answers.
 *
 *   POST /mails                        a mail as JSON, see src/receive-mail.js
 *   GET  /search?word=W                ids of the kept mails of the answering worker that hold the word
 *   PUT  /templates/:customer          the HTML into which the customer's mails are set
 *   PUT  /contacts/:customer           address book: [{ address, name }]
 *   PUT  /rules/:customer              [{ pattern, folder }]
 *   PUT  /conversations/:customer      how many mails a conversation is looked for in
 *   GET  /healthz · GET /stats
 */
import cluster from 'node:cluster';
import { startPrimary } from './src/primary.js';
import { startWorker } from './src/worker.js';

const WORKERS = 2;
const SOCKET = process.env.SOCKET ?? '/run/mail-ingest.sock';

if (cluster.isPrimary) startPrimary(WORKERS, SOCKET);
else startWorker(SOCKET, process.env.SPOOL ?? '/var/spool/mail-ingest');
