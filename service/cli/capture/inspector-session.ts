/** A conversation with V8's inspector (Chrome DevTools Protocol over WebSocket). */
import { AppError } from '../../shared/errors.ts';

/** An answer of the inspector takes milliseconds, of a process whose main thread is blocked as long as that blocks. */
const ANSWER_MS = 30_000;

export class InspectorSession {
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, (answer: unknown) => void>();
  private last = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener('message', (event) => {
      const { id, ...answer } = JSON.parse(String(event.data)) as { id?: number };
      if (id === undefined) return;
      this.waiting.get(id)?.(answer);
      this.waiting.delete(id);
    });
  }

  /** `port` of 127.0.0.1. Throws `INSPECTOR_UNREACHABLE`. */
  static async open(port: number): Promise<InspectorSession> {
    try {
      const list = await fetch(`http://127.0.0.1:${port}/json/list`, { signal: AbortSignal.timeout(ANSWER_MS) });
      const [target] = (await list.json()) as { webSocketDebuggerUrl?: string }[];
      const url = new URL(target?.webSocketDebuggerUrl ?? '');
      // The answer may name any host; ours is the only one that was meant.
      const socket = new WebSocket(`ws://127.0.0.1:${port}${url.pathname}`);
      await new Promise((resolve, reject) => {
        socket.addEventListener('open', resolve, { once: true });
        socket.addEventListener('error', reject, { once: true });
      });
      return new InspectorSession(socket);
    } catch (cause) {
      throw new AppError('INSPECTOR_UNREACHABLE', `No V8 inspector answers on 127.0.0.1:${port}.`, {
        cause,
        hint: 'Close any other debugger that is attached, and try again.',
      });
    }
  }

  /** Sends a command and waits for its result. Throws `INSPECTOR_FAILED`. */
  async send(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.last;
    const answer = await new Promise<unknown>((resolve) => {
      const settle = (value: unknown): void => {
        clearTimeout(timer);
        this.socket.removeEventListener('close', gone);
        resolve(value);
      };
      const gone = (): void => settle({ error: { message: 'the connection ended' } });
      const timer = setTimeout(() => settle({ error: { message: 'there was no answer' } }), ANSWER_MS);
      this.socket.addEventListener('close', gone, { once: true });
      this.waiting.set(id, settle);
      this.socket.send(JSON.stringify({ id, method, params }));
    });
    const { result, error } = answer as { result?: unknown; error?: { message?: string } };
    if (error === undefined) return result;
    throw new AppError('INSPECTOR_FAILED', `The V8 inspector refused ${method}: ${error.message}.`, {
      hint: 'Check that the process is still running.',
    });
  }

  close(): void {
    this.socket.close();
  }
}
