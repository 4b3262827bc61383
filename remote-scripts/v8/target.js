/**
 * What visit.js evaluates in the visited process, in the midst of whatever that is doing: so it only leaves a state
 * under a symbol and a timer; the work is done from timers, at the top of the event loop. Nothing here may throw
 * later (that would end the process), no timer may keep the process alive, and `require` works during the
 * evaluation only. Node 16 and newer.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: the text is one expression, for the visited process.
(function visited(require, options) {
  if (process.pid !== options.pid) return 'WRONG_PROCESS';
  const key = Symbol.for(options.key);
  if (globalThis[key] !== undefined) return 'ok';
  // `require` is there during the evaluation only, and may be a global of the program's own.
  const load = (name) => (process.getBuiltinModule ? process.getBuiltinModule(name) : require(name));
  const { setTimeout, clearTimeout } = load('timers');
  const { performance } = load('perf_hooks');
  const inspector = load('inspector');
  const fs = load('fs');
  const now = () => performance.now();
  /** How long a visitor may be silent; then it has died. */
  const SILENCE_MS = 3000;
  const facts = { phase: 'idle', startPauseMs: -1, stopPauseMs: -1, startedAt: 0, ms: 0, error: '' };
  let session;
  let profile;
  let closing;
  let round = 0;

  const guarded =
    (work) =>
    (...args) => {
      try {
        work(...args);
      } catch (error) {
        facts.error = String(error?.message).slice(0, 200);
        abandon();
      }
    };
  const after = (ms, work) => {
    const timer = setTimeout(guarded(work), ms);
    timer.unref();
    return timer;
  };
  const post = (method, params) => {
    let failure = new Error(`${method} was not answered`);
    let answer;
    session.post(method, params, (error, result) => {
      failure = error;
      answer = result;
    });
    if (failure) throw failure;
    return answer;
  };

  function begin() {
    if (facts.phase !== 'asked') return;
    if (Date.now() > options.beginBefore) return abandon();
    const at = now();
    session = new inspector.Session();
    session.connect();
    post('Profiler.enable');
    facts.startedAt = Date.now();
    for (const call of options.begin) post(...call);
    facts.phase = 'recording';
    facts.startPauseMs = now() - at;
    facts.ms = now();
    after(options.seconds * 1000, finish);
  }

  /** By its own timer, whether or not anybody comes for the result, which is dropped after a minute. */
  function finish() {
    if (facts.phase !== 'recording') return;
    const at = now();
    facts.ms = at - facts.ms;
    for (const call of options.end) profile = post(...call).profile;
    part();
    facts.phase = 'done';
    facts.stopPauseMs = now() - at;
    after(options.keepMs, abandon);
  }

  /** Ends the session, and before it what a session does not take along when it ends. */
  function part() {
    if (session === undefined) return;
    try {
      for (const call of options.undo) post(...call);
    } catch (error) {
      facts.error = String(error?.message).slice(0, 200);
    }
    const leaving = session;
    session = undefined;
    try {
      leaving.disconnect();
    } catch (error) {
      facts.error = String(error?.message).slice(0, 200);
    }
  }

  function abandon() {
    facts.phase = 'gone';
    profile = undefined;
    // What is to be undone is undone at the top of the event loop, as it was done.
    if (options.undo.length > 0) after(0, part);
    else part();
    if (closing === undefined) delete globalThis[key];
  }

  /**
   * Node crashes when its inspector closes while it answers a client's closing frame (the handler is freed twice),
   * and hangs when a client is there that does not answer. So ours sends no such frame, and the inspector is closed
   * only when the kernel shows no connection any more, and not before four tenths of a second have passed, at which
   * timers came in time: late ones mean that the inspector's own thread may be late too. In a process that has no
   * CPU left they never do.
   */
  function closeAfter(ms) {
    clearTimeout(closing);
    round++;
    let calm = 0;
    let looks = 0;
    const next = (wait, mine) => {
      const due = now() + wait;
      closing = after(wait, () => look(due, mine));
    };
    const look = (due, mine) => {
      if (inspector.url() === undefined) return closed();
      if (now() - due < 50) calm++;
      looks++;
      if (calm < 4 && looks < 12) return next(100, mine);
      clients((count) => {
        if (mine !== round) return;
        // Somebody else's debugger: it may stay, and has us wait at most ten minutes.
        if (count > 0) return looks < 1300 ? next(500, mine) : closed();
        if (count < 0 && looks < 30) return next(100, mine);
        inspector.close();
        closed();
      });
    };
    next(ms, round);
  }
  function closed() {
    closing = undefined;
    if (facts.phase === 'gone') delete globalThis[key];
    else watch();
  }
  /** As long as a profile is being made or kept: the port opens once more for it, and the visitor may die just then. */
  function watch() {
    if (facts.phase === 'gone' || closing !== undefined) return;
    if (inspector.url() !== undefined) closeAfter(SILENCE_MS);
    else after(500, watch);
  }

  /** How many connections there are to the inspector, those half closed included; -1 when that cannot be known. */
  function clients(answer) {
    const port = `:${Number(new URL(inspector.url()).port).toString(16).toUpperCase().padStart(4, '0')} `;
    fs.readFile(
      '/proc/self/net/tcp',
      'latin1',
      guarded((error, text) => {
        if (error || typeof text !== 'string') return answer(-1);
        let count = 0;
        // `   0: 0100007F:240D 0100007F:A2F4 01 ...`: local address, remote address, state (0A listens, 06 waits in
        // vain).
        for (let i = text.indexOf(port); i >= 0; i = text.indexOf(port, i + 1)) {
          const state = text.slice(i + 20, i + 22);
          if (text.slice(i - 10, i - 8) === ': ' && state !== '0A' && state !== '06') count++;
        }
        answer(count);
      }),
    );
  }

  const touched = (work) => (a, b) => {
    try {
      if (closing !== undefined || inspector.url() !== undefined) closeAfter(SILENCE_MS);
      return work(a, b);
    } catch (error) {
      return `error ${error?.message}`;
    }
  };
  const state = {
    status: touched(() => JSON.stringify(facts)),
    finish: touched(() => {
      after(0, finish);
      return 'ok';
    }),
    counts: touched(() =>
      JSON.stringify({
        nodes: profile.nodes.length,
        samples: profile.samples.length,
        ends: [profile.startTime, profile.endTime],
      }),
    ),
    nodes: touched((from, to) => JSON.stringify(profile.nodes.slice(from, to)).slice(1, -1)),
    samples: touched((from, to) => profile.samples.slice(from, to).join()),
    timeDeltas: touched((from, to) => profile.timeDeltas.slice(from, to).join()),
    abandon: touched(() => {
      abandon();
      return 'ok';
    }),
    leave: () => {
      closeAfter(100);
      return 'ok';
    },
  };
  closeAfter(SILENCE_MS);
  Object.defineProperty(globalThis, key, { value: state, configurable: true });
  if (options.record && Date.now() <= options.beginBefore) {
    facts.phase = 'asked';
    after(0, begin);
  } else facts.phase = 'gone';
  return 'ok';
});
