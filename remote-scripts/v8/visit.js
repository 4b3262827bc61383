/**
 * Visits one Node.js process through its inspector, which engine.sh has opened by SIGUSR1 and which closes again by
 * itself after we have left. Run by the visited process's own node binary (16 or newer), in its namespaces, without any
 * right but to talk to 127.0.0.1: `node -e TEXT TEXT_OF_V8_TARGET MODE PID KEY [SECONDS HZ CALLS KEEP_MS [PORT]]`.
 * CALLS: what is asked of V8 when it begins (`begin`), when it ends (`end`), and before we leave for good (`undo`), as
 * lists of method and parameters in JSON; without it a profile is made.
 *
 *   start    begins a profile inside the process and leaves: nothing is open during the recording
 *   collect  fetches the profile to stdout and clears everything away
 *   close    clears everything away, recording or not
 *
 * `start` and `collect` say `ready VERSION` and wait for a line `go` on stdin, by which time the port is open. When
 * stdin ends before that, whoever held it has died, perhaps after the signal: then we see to it that the port is
 * closed. Facts are lines `name value` on descriptor 3 (in mode `close` on stdout). The last is `done yes`, or
 * `reason CODE` (exit 1).
 */

const { spawn } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');

const [target, mode, pidText, key, secondsText, hzText, callsText, keepText, portText] = process.argv.slice(1);
/** The text of target.js, an expression. */
const VISITED = target.trim().replace(/;$/, '');
/** We are run by the binary of the process: what we have it has, and `getBuiltinModule` makes `require` needless. */
const withRequire = process.getBuiltinModule === undefined;
const REQUIRE = withRequire ? 'require' : 'undefined';
const pid = Number(pidText);
const PORT = Number(portText || 9229);
/** An answer takes milliseconds; a main thread in one long call gives none. */
const ANSWER_MS = 3000;
/** One that is late is waited for a little longer: as long as it is to come, the connection cannot be closed. */
const LATE_ANSWER_MS = 2000;
/** An ending process waits for us; its loop is free to answer. */
const LAST_ANSWER_MS = 500;
/** From the wish to the start; later it is not started any more. */
const BEGIN_MS = 2000;
/** Nothing of ours takes longer than this, */
const LIFE_MS = 15000;
/** but for an idle process that holds a connection. */
const HOLD_SECONDS = 30;
/** Versions without a crash in two thousand visits and more on a busy machine; others were not tried. */
const PROVEN = [18, 20, 22, 24, 26];
const LARGEST_MESSAGE = 8 << 20;
const LARGEST_PROFILE = 64 << 20;
const NODES_A_PART = 400;
const NUMBERS_A_PART = 10000;

class Refusal extends Error {
  constructor(code, detail) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

function tell(name, value) {
  const text = String(value)
    .replace(/[^\w.-]/g, '_')
    .slice(0, 80);
  try {
    fs.writeSync(mode === 'close' ? 1 : 3, `${name} ${text}\n`);
  } catch {
    // Whoever read this has died; what is to be undone must be undone all the same.
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Rejects with the code when the promise takes longer. */
function within(ms, code, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Refusal(code)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The path of the only target that a Node process offers. */
function targetPath() {
  const asked = new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port: PORT, path: '/json/list', agent: false }, (response) => {
        let body = '';
        response.setEncoding('latin1');
        response.on('error', reject);
        response.on('data', (part) => {
          body += part;
          if (body.length > 100000) response.destroy(new Refusal('NO_INSPECTOR'));
        });
        response.on('end', () => {
          const id = /"id": "([0-9a-f-]{36})"/.exec(body);
          if (id) resolve(`/${id[1]}`);
          else reject(new Refusal('NO_INSPECTOR'));
        });
      })
      .on('error', () => reject(new Refusal('NO_CONNECTION')));
  });
  return within(ANSWER_MS, 'NO_ANSWER', asked);
}

function upgrade(path) {
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
  };
  const asked = new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port: PORT, path, headers, agent: false }, () => reject(new Refusal('NO_INSPECTOR')))
      .on('upgrade', (_, socket, head) => resolve({ socket, head }))
      .on('error', () => reject(new Refusal('NO_CONNECTION')));
  });
  return within(ANSWER_MS, 'NO_ANSWER', asked);
}

/** One text message, masked as a client must; the inspector wants it in one frame. */
function frame(text) {
  // The largest is the text of target.js, so 16 bits do for its length.
  const body = Buffer.from(text);
  const head = Buffer.alloc(body.length < 126 ? 6 : 8);
  head[0] = 0x81;
  head[1] = 0x80 | Math.min(body.length, 126);
  if (body.length >= 126) head.writeUInt16BE(body.length, 2);
  const mask = randomBytes(4);
  mask.copy(head, head.length - 4);
  for (let i = 0; i < body.length; i++) body[i] ^= mask[i & 3];
  return Buffer.concat([head, body]);
}

/** The frames at the start of `bytes`, and what is left of it. */
function readFrames(bytes) {
  const frames = [];
  for (;;) {
    if (bytes.length < 2) break;
    let length = bytes[1] & 0x7f;
    let at = 2;
    if (length === 126) {
      if (bytes.length < 4) break;
      length = bytes.readUInt16BE(2);
      at = 4;
    } else if (length === 127) {
      if (bytes.length < 10) break;
      length = bytes.readUInt32BE(2) * 2 ** 32 + bytes.readUInt32BE(6);
      at = 10;
    }
    if (length > LARGEST_MESSAGE || bytes[1] & 0x80) throw new Refusal('BAD_ANSWER');
    if (bytes.length < at + length) break;
    frames.push({ last: (bytes[0] & 0x80) !== 0, code: bytes[0] & 0x0f, body: bytes.subarray(at, at + length) });
    bytes = bytes.subarray(at + length);
  }
  return { frames, rest: bytes };
}

/**
 * Node ends with a SIGSEGV when it writes an answer in the same moment in which it sees that the client has gone
 * (WsHandler::Write after OnEof). The system closes our connection when we are killed, with a question unanswered
 * perhaps: so another process, which does nothing, has it as well for a while. Containers may have no `sleep`.
 */
function hold(socket) {
  // Not the socket itself: Node reads no more of one that it has handed on.
  const options = { stdio: [socket._handle.fd, 'ignore', 'ignore'], detached: true };
  const holder = spawn('sleep', [String(HOLD_SECONDS)], options);
  const held = { end: () => holder.kill('SIGKILL') };
  holder.on('error', () => {
    const words = ['--jitless', '--max-old-space-size=16', '-e', `setTimeout(() => {}, ${HOLD_SECONDS * 1000})`];
    const other = spawn('/proc/self/exe', words, options);
    other.on('error', () => undefined);
    other.unref();
    held.end = () => other.kill('SIGKILL');
  });
  holder.unref();
  return held;
}

/** A conversation in the DevTools protocol. Ends at anything that is not as expected. */
class Conversation {
  constructor(socket, head) {
    this.socket = socket;
    this.held = hold(socket);
    this.waiting = new Map();
    this.last = 0;
    this.parts = [];
    this.chunks = [];
    this.gone = new Promise((resolve) => socket.on('close', resolve));
    for (const event of ['error', 'end', 'close']) socket.on(event, () => this.end('NO_CONNECTION'));
    socket.on('data', (bytes) => this.read(bytes));
    if (head.length > 0) this.read(head);
  }

  read(bytes) {
    try {
      // Joined only when a frame may be whole: a large answer comes in many small pieces.
      this.chunks.push(bytes);
      const { frames, rest } = readFrames(this.chunks.length > 1 ? Buffer.concat(this.chunks) : bytes);
      this.chunks = rest.length > 0 ? [rest] : [];
      for (const { last, code, body } of frames) {
        if (code === 8) throw new Refusal('NO_CONNECTION');
        if (code > 2) continue;
        this.parts.push(body);
        if (this.parts.reduce((sum, part) => sum + part.length, 0) > LARGEST_MESSAGE) throw new Refusal('BAD_ANSWER');
        if (!last) continue;
        const text = Buffer.concat(this.parts).toString();
        this.parts = [];
        this.receive(JSON.parse(text));
      }
    } catch (error) {
      this.end(error.code || 'BAD_ANSWER');
      this.socket.destroy();
    }
  }

  receive(message) {
    // The process is ending and waits for us. Node crashes when it writes an answer to a client that is just
    // leaving, so what we have asked is still heard, unless that takes long; asked is nothing any more.
    if (message.method === 'NodeRuntime.waitingForDisconnect') {
      this.ended = 'ENDING';
      setTimeout(() => this.end('ENDING'), LAST_ANSWER_MS);
    }
    const settle = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    settle?.resolve(message);
  }

  end(code) {
    for (const { reject } of this.waiting.values()) reject(new Refusal(code));
    this.waiting.clear();
    this.ended = this.ended || code;
  }

  send(method, params) {
    if (this.ended) throw new Refusal(this.ended);
    const id = ++this.last;
    const answer = new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.socket.write(frame(JSON.stringify({ id, method, params })));
    return within(ANSWER_MS, 'NO_ANSWER', answer);
  }

  /**
   * A process that is ending may still evaluate what was asked, when it must not run JavaScript any more: then Node
   * crashes if there is `require` for it (V8Console::CommandLineAPIScope), and refuses otherwise. So only what
   * needs it has it.
   */
  async evaluate(expression, { withRequire = false } = {}) {
    const params = { expression, includeCommandLineAPI: withRequire, returnByValue: true, silent: true };
    const { result } = await this.send('Runtime.evaluate', params);
    if (result?.result && !result.exceptionDetails) return result.result.value;
    throw new Refusal('NOT_EVALUATED', JSON.stringify(result?.exceptionDetails?.exception?.description));
  }

  /** Of the state that target.js left. */
  async ask(call) {
    const value = await this.evaluate(`globalThis[Symbol.for(${JSON.stringify(key)})]?.${call}`);
    if (value === undefined) throw new Refusal('STATE_GONE');
    if (typeof value !== 'string' || value.startsWith('error ')) throw new Refusal('NOT_EVALUATED', value);
    return value;
  }

  /**
   * Without WebSocket's closing frame, in whose answer Node crashes (see target.js). Waits until it is noticed. Where
   * an answer is still to come, we go without a word, and the connection stays with its holder.
   */
  async leave() {
    for (const until = Date.now() + LATE_ANSWER_MS; this.waiting.size > 0 && Date.now() < until; ) await pause(50);
    if (this.waiting.size > 0) return;
    this.socket.end();
    await within(1000, 'LATE', this.gone).catch(() => this.socket.destroy());
    this.held.end();
  }
}

async function converse(work) {
  const { socket, head } = await upgrade(await targetPath());
  const conversation = new Conversation(socket, head);
  try {
    return await work(conversation);
  } finally {
    await conversation.leave();
  }
}

function profiling(hz) {
  const interval = Math.max(100, Math.round(1e6 / hz));
  const begin = [['Profiler.setSamplingInterval', { interval }], ['Profiler.start']];
  return { begin, end: [['Profiler.stop']], undo: [] };
}

async function install(conversation, record) {
  // Before anything else, and once more within the text: the port may have changed hands.
  const seen = await conversation.evaluate('process.pid + " " + process.version');
  if (seen !== `${pid} ${process.version}`) throw new Refusal('WRONG_PROCESS');
  await conversation.send('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true });
  const options = {
    pid,
    key,
    record,
    beginBefore: Date.now() + BEGIN_MS,
    seconds: Number(secondsText),
    keepMs: Number(keepText || 60000),
    ...(callsText ? JSON.parse(callsText) : profiling(Number(hzText || 99))),
  };
  const answer = await conversation.evaluate(`${VISITED}(${REQUIRE}, ${JSON.stringify(options)})`, { withRequire });
  if (answer !== 'ok') throw new Refusal(answer === 'WRONG_PROCESS' ? answer : 'NOT_EVALUATED');
}

/** Asks until the phase is another one. */
async function nextPhase(conversation, phase) {
  for (const until = Date.now() + BEGIN_MS + 500; Date.now() < until; await pause(20)) {
    const facts = JSON.parse(await conversation.ask('status()'));
    if (facts.phase !== phase) return facts;
  }
  return undefined;
}

async function clear(conversation) {
  await conversation.ask('abandon()');
  await conversation.ask('leave()');
}

async function start(conversation) {
  await install(conversation, true);
  const facts = await nextPhase(conversation, 'asked');
  // A short recording may have ended before we saw it run.
  if (facts?.phase === 'recording' || facts?.phase === 'done') {
    tell('startPauseMs', facts.startPauseMs.toFixed(1));
    tell('startedAt', facts.startedAt);
    await conversation.ask('leave()');
    return;
  }
  await clear(conversation);
  throw new Refusal(facts === undefined || facts.error === '' ? 'LOOP_BLOCKED' : 'NOT_STARTED', facts?.error);
}

async function collect(conversation) {
  await conversation.send('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true });
  await conversation.ask('finish()');
  const facts = await nextPhase(conversation, 'recording');
  if (facts === undefined || facts.phase !== 'done') {
    await clear(conversation);
    throw new Refusal(facts === undefined ? 'LOOP_BLOCKED' : 'STATE_GONE', facts?.error);
  }
  try {
    await writeProfile(conversation);
  } finally {
    await clear(conversation);
  }
  tell('stopPauseMs', facts.stopPauseMs.toFixed(1));
  tell('recordedMs', facts.ms.toFixed(0));
}

/** In parts, so that neither side ever holds the text of the whole. */
async function writeProfile(conversation) {
  const { nodes, samples, ends } = JSON.parse(await conversation.ask('counts()'));
  let bytes = 0;
  const write = (text) => {
    bytes += text.length;
    if (bytes > LARGEST_PROFILE) throw new Refusal('TOO_LARGE');
    fs.writeSync(1, text);
  };
  const list = async (name, count, step) => {
    for (let i = 0; i < count; i += step) {
      write(`${i > 0 ? ',' : ''}${await conversation.ask(`${name}(${i}, ${i + step})`)}`);
    }
  };
  write('{"nodes":[');
  await list('nodes', nodes, NODES_A_PART);
  write(`],"startTime":${ends[0]},"endTime":${ends[1]},"samples":[`);
  await list('samples', samples, NUMBERS_A_PART);
  write('],"timeDeltas":[');
  await list('timeDeltas', samples, NUMBERS_A_PART);
  write(']}\n');
  tell('nodes', nodes);
  tell('samples', samples);
}

/**
 * One text that also works when it is carried out long after we have left: a process that is in one long call keeps
 * it until that ends.
 */
async function close(conversation) {
  const options = { pid, key, record: false, beginBefore: 0, seconds: 0, keepMs: 0 };
  const own = `globalThis[Symbol.for(${JSON.stringify(key)})]`;
  const text = `${VISITED}(${REQUIRE}, ${JSON.stringify(options)}) === "ok" && ${own}.abandon() && ${own}.leave()`;
  if ((await conversation.evaluate(text, { withRequire })) !== 'ok') throw new Refusal('WRONG_PROCESS');
}

/** Nothing may listen yet, and connections must be possible: in a network whose loopback is down we could not close. */
function probe() {
  const asked = new Promise((resolve) => {
    const socket = net.connect(PORT, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve('PORT_IN_USE');
    });
    socket.on('error', (error) => resolve(error.code === 'ECONNREFUSED' ? undefined : 'NO_LOOPBACK'));
  });
  return within(500, 'NO_LOOPBACK', asked);
}

/** `go`, `quit`, or undefined when nobody is there any more. */
function order() {
  return new Promise((resolve) => {
    process.stdin.setEncoding('latin1');
    process.stdin.on('data', (text) => resolve(text.trim()));
    process.stdin.on('end', () => resolve(undefined));
    process.stdin.on('error', () => resolve(undefined));
  });
}

async function closeWhenOpen(ms) {
  for (const until = Date.now() + ms; Date.now() < until; await pause(100)) {
    try {
      return await converse(close);
    } catch (error) {
      if (error.code !== 'NO_CONNECTION') throw error;
    }
  }
}

async function main() {
  if (mode === 'close') return closeWhenOpen(1000);
  const fault = await probe();
  if (fault) throw new Refusal(fault);
  if (process.release.name !== 'node' || process.versions.bun) throw new Refusal('NOT_NODE');
  const major = Number.parseInt(process.versions.node, 10);
  if (!(major >= 16)) throw new Refusal('OLD_NODE');
  if (!PROVEN.includes(major) && process.env.SMOKEJUMPER_V8_ANY !== '1') throw new Refusal('NOT_PROVEN');
  tell('ready', process.version);
  const word = await order();
  if (word === 'quit') return;
  if (word === undefined) {
    await closeWhenOpen(LIFE_MS / 3);
    throw new Refusal('ORPHANED');
  }
  await converse(mode === 'start' ? start : collect);
}

setTimeout(() => process.exit(1), LIFE_MS).unref();
main().then(
  () => {
    tell('done', 'yes');
    process.exit(0);
  },
  (error) => {
    const foreseen = error instanceof Refusal;
    tell('detail', (foreseen ? error.detail : error.message) || '-');
    tell('reason', foreseen ? error.code : 'FAILED');
    process.exit(1);
  },
);
