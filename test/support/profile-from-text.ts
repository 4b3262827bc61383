/**
 * Profiles drawn as text. A line is `[pid] time stack count`: time is seconds, or `from..to` to spread the samples
 * evenly, or `-` for a profile without times. A stack is frames with `;` between, root first. A frame is
 * `name@file:line` or `name@file:line:column` for JavaScript (with a tier mark before it, `*` when there is none),
 * `symbol` or `symbol[module]` for everything else, as perf would print it (module `node` when there is none). `_[i]`
 * behind it: V8 inlined it.
 *
 *   0..10 handle@/srv/app.js:10;parse@/srv/node_modules/htmlparser2/lib/Parser.js:40;Builtins_JsonParse 300
 *   [7] 2.5 ~slow@/srv/app.js:99;read[kernel] 12
 */
import { identify } from '../../service/profile/identity/identity.ts';
import type { ProcessInfo, Profile, ProfileFacts } from '../../service/profile/profile.ts';
import { NO_FACTS, ProfileBuilder } from '../../service/profile/profile-builder.ts';

interface Drawing {
  readonly facts?: Partial<ProfileFacts>;
  readonly lost?: number;
  /** By pid; a pid that is not here is an ordinary process. */
  readonly processes?: Readonly<Record<number, Partial<ProcessInfo>>>;
}

const DEFAULT_PID = 1;
const LINE = /^(?:\[(\d+)\] )?(-|[\d.]+(?:\.\.[\d.]+)?) (.+) (\d+)$/;
const JS_FRAME = /^([~^+*]?)([^@]*)@(.*?):(\d+)(?::(\d+))?$/;

function internFrame(builder: ProfileBuilder, marked: string): number {
  const frame = marked.replace(/_\[i\]$/, '');
  const js = JS_FRAME.exec(frame);
  const native = /^(.*?)(?:\[(.+)\])?$/.exec(frame);
  const module = native?.[2] === 'kernel' ? '[kernel.kallsyms]' : (native?.[2] ?? 'node');
  const symbol = js === null ? (native?.[1] ?? '') : `JS:${js[1] || '*'}${js[2]} ${js[3]}:${js[4]}:${js[5] ?? 3}`;
  const { fn, tier, hidden } = identify(symbol, module);
  return builder.internFrame(builder.internFunction(fn), tier, symbol, hidden, frame !== marked);
}

/** 10 seconds at 99 Hz unless `facts` says otherwise. */
export function profileFromText(text: string, drawing: Drawing = {}): Profile {
  const builder = new ProfileBuilder();
  const threads = new Map<number, number>();
  const threadOf = (pid: number): number => {
    const known = threads.get(pid);
    if (known !== undefined) return known;
    const info = { pid, name: 'node', cpuSeconds: null, partial: false, perfMap: null, ...drawing.processes?.[pid] };
    const thread = builder.addThread({ process: builder.addProcess(info), tid: pid, name: 'node' });
    threads.set(pid, thread);
    return thread;
  };
  const hz = drawing.facts?.hz ?? 99;
  let recorded = 0;
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const match = LINE.exec(line);
    if (match === null) throw new Error(`Not a line of a drawn profile: ${line}`);
    const [, pid = `${DEFAULT_PID}`, time = '-', stack = '', countText = '0'] = match;
    const thread = threadOf(Number(pid));
    const node = builder.stack(stack.split(';').map((frame) => internFrame(builder, frame)));
    const count = Number(countText);
    recorded += count;
    const [from = 0, to = from] = time === '-' ? [-0.001] : time.split('..').map(Number);
    const rows = from === to ? 1 : count;
    for (let i = 0; i < rows; i++) {
      const at = Math.round((from + ((to - from) * (i + 0.5)) / rows) * 1000);
      builder.addSample(
        from === to ? Math.round(from * 1000) : at,
        thread,
        node,
        count / rows,
        (count / rows) * (1e9 / hz),
      );
    }
  }
  const facts: ProfileFacts = { ...NO_FACTS, source: 'capture', seconds: 10, hz, ...drawing.facts };
  const jit = { frames: 0, repaired: 0, ambiguous: 0, unresolved: 0 };
  return builder.finish(
    facts,
    { recorded, drawn: recorded, filtered: {}, lost: drawing.lost ?? 0, jit },
    'nanoseconds',
  );
}
